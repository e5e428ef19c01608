import {
  memberTopology,
  serviceTopology,
  type AlarmView,
  type DoctorCheck,
  type DoctorFinding,
  type InventorySnapshot,
  type MaintenanceView,
  type ServiceView,
} from '#contracts';
import { diagnose } from '../src/doctor/diagnose.js';
import type { Answer, DoctorFacts } from '../src/doctor/facts.js';
import type { BrokerInspection, QueueLoad, SeenThing } from '#messaging';
import { AT, RUN_ID, databaseOf, failed, memberOf, snapshotOf } from './fixtures.js';

export const NOW_MS = Date.parse(AT);
export const VERSION = '0.1.0';
const EMPTY: QueueLoad = { messages: 0, consumers: 0 };
const CONSUMED = /\.(?:inbox|heartbeats|queries|commands)$/;

export function answered<Value>(value: Value, tookMs = 5): Answer<Value> {
  return { asked: 'inventory', kind: 'answered', value, askedAtMs: NOW_MS - tookMs, endedAtMs: NOW_MS };
}

export function unanswered(type = 'query.timeout'): Answer<never> {
  return {
    asked: 'inventory',
    kind: 'failed',
    failure: failed(type).failure,
    askedAtMs: NOW_MS - 5_000,
    endedAtMs: NOW_MS,
  };
}

export function serviceOf(parts: Partial<ServiceView> = {}): ServiceView {
  return { version: VERSION, instance: 'host-a 4711', actingSince: AT, at: AT, ...parts };
}

/** A queue with something in it, or without a consumer. */
export type Loads = Readonly<Record<string, Partial<QueueLoad> | 'missing' | 'hidden'>>;

function queue(name: string, loads: Loads): SeenThing {
  const load = loads[name];
  if (load === 'missing' || load === 'hidden') return { kind: 'queue', name, state: load, load: null };
  return {
    kind: 'queue',
    name,
    state: 'there',
    load: { ...EMPTY, consumers: CONSUMED.test(name) ? 1 : 0, ...load },
  };
}

export function inspectionOf(loads: Loads = {}, parts: Partial<BrokerInspection> = {}): BrokerInspection {
  const { exchanges, queues } = serviceTopology();
  return {
    place: 'broker:5672 (vhost dag)',
    user: 'dag-api',
    product: 'RabbitMQ',
    version: '3.10.8',
    blockedBecause: null,
    things: [
      ...exchanges.map(({ name }): SeenThing => ({ kind: 'exchange', name, state: 'there', load: null })),
      ...queues.map(({ name }) => queue(name, loads)),
    ],
    ...parts,
  };
}

export function maintenanceOf(parts: Partial<MaintenanceView> = {}): MaintenanceView {
  return { limits: [], inUse: [], drains: [], defaultWindow: null, answer: null, service: serviceOf(), ...parts };
}

export function alarmOf(parts: Partial<AlarmView> = {}): AlarmView {
  return {
    alarmId: 'a-1',
    kind: 'attention',
    runId: RUN_ID,
    requestId: 'r-1',
    databaseGuid: null,
    databaseName: 'MBX01',
    raisedAt: AT,
    text: 'the copy on EX02 is suspended',
    commands: ['Resume-MailboxDatabaseCopy MBX01\\EX02'],
    ...parts,
  };
}

interface Scene extends Partial<Omit<DoctorFacts, 'snapshot'>> {
  readonly snapshot?: Partial<InventorySnapshot> | Answer<InventorySnapshot>;
  readonly loads?: Loads;
}

/** A system that is well, but for what is given. */
export function factsOf({ snapshot, loads = {}, ...parts }: Scene = {}): DoctorFacts {
  const inventory =
    snapshot && 'kind' in snapshot
      ? snapshot
      : answered(snapshotOf({ databases: [databaseOf('MBX01')], service: serviceOf(), ...snapshot }));
  const ids = inventory.kind === 'answered' ? inventory.value.members.map(({ id }) => id) : [];
  const facts: DoctorFacts = {
    version: VERSION,
    nowMs: NOW_MS,
    backupAgeMs: 48 * 3_600_000,
    broker: answered(inspectionOf(loads)),
    memberQueues: answered(ids.flatMap((id) => memberTopology(id).queues).map(({ name }) => queue(name, loads))),
    snapshot: inventory,
    maintenance: answered(maintenanceOf()),
    runs: answered({ latest: [], live: [] }),
    alarms: answered([]),
    tokens: answered([]),
    ...parts,
  };
  const { broker, memberQueues, maintenance, runs, alarms } = facts;
  return {
    ...facts,
    broker: { ...broker, asked: 'broker' },
    memberQueues: { ...memberQueues, asked: 'broker' },
    maintenance: { ...maintenance, asked: 'conductor' },
    runs: { ...runs, asked: 'conductor' },
    alarms: { ...alarms, asked: 'conductor' },
  };
}

export function silentMember(id: string, reportAgeMs: number | null = 300_000) {
  return memberOf(id, { agent: { state: 'silent', version: VERSION, reportAgeMs } });
}

/** What one check finds. */
export function found(check: DoctorCheck, facts: DoctorFacts): readonly DoctorFinding[] {
  return diagnose(facts).findings.filter((finding) => finding.check === check);
}

export function ago(ms: number): string {
  return new Date(NOW_MS - ms).toISOString();
}
