import {
  FailureError,
  GetMaintenance,
  GetRun,
  GetSnapshot,
  ListAlarms,
  ListRuns,
  ListTokens,
  Queues,
  failure,
  isFinalRunStatus,
  memberTopology,
  serviceTopology,
  type InventorySnapshot,
} from '#contracts';
import type { BrokerInspection, SeenThing } from '#messaging';
import type { ClientConnection } from '../connection.js';
import { Courier } from '../courier.js';
import type { Answer, Asked, DoctorFacts, RunsSeen } from './facts.js';
import { BACKUP_AGE_MS, INSPECTION_LIMIT_MS, LIVE_RUNS_MAX, QUESTION_LIMIT_MS, RUNS_LOOKED_AT } from './limits.js';

export interface DoctorOptions {
  /** Of the program that asks. */
  readonly version: string;
  /** Default: 48 hours. */
  readonly backupAgeMs?: number;
}

/** Asks everything side by side, each question within its own limit. What gets no answer is a fact, too; this never rejects. */
export async function gatherFacts(connection: ClientConnection, options: DoctorOptions): Promise<DoctorFacts> {
  const courier = new Courier(connection);
  const inspection = answerTo('broker', () => connection.inspect(serviceTopology(), INSPECTION_LIMIT_MS));
  const conductorGone = absence('conductor', Queues.conductorQueries, inspection);
  const inventoryGone = absence('inventory', Queues.inventoryQueries, inspection);
  const ofConductor = <Value>(question: Promise<Value>) =>
    answerTo('conductor', () => Promise.race([question, conductorGone]));
  const ofInventory = <Value>(question: Promise<Value>) =>
    answerTo('inventory', () => Promise.race([question, inventoryGone]));
  const snapshot = ofInventory(courier.ask(GetSnapshot, {}, QUESTION_LIMIT_MS));
  const [memberQueues, maintenance, runs, alarms, tokens] = await Promise.all([
    memberQueuesOf(connection, snapshot),
    ofConductor(courier.ask(GetMaintenance, {}, QUESTION_LIMIT_MS)),
    ofConductor(runsSeen(courier)),
    ofConductor(courier.ask(ListAlarms, {}, QUESTION_LIMIT_MS).then((list) => list.alarms)),
    ofInventory(courier.ask(ListTokens, {}, QUESTION_LIMIT_MS).then((list) => list.tokens)),
  ]);
  const broker = await inspection;
  return {
    version: options.version,
    nowMs: Date.now(),
    backupAgeMs: options.backupAgeMs ?? BACKUP_AGE_MS,
    broker,
    memberQueues,
    snapshot: await snapshot,
    maintenance,
    runs,
    alarms,
    tokens,
  };
}

/** Where there is no broker, that is all there is to know. */
export function factsWithoutBroker(reason: FailureError, sinceMs: number, options: DoctorOptions): DoctorFacts {
  const nowMs = Date.now();
  const unasked = (asked: Asked): Answer<never> => ({
    asked,
    kind: 'failed',
    failure: reason.failure,
    askedAtMs: sinceMs,
    endedAtMs: nowMs,
  });
  return {
    version: options.version,
    nowMs,
    backupAgeMs: options.backupAgeMs ?? BACKUP_AGE_MS,
    broker: unasked('broker'),
    memberQueues: unasked('broker'),
    snapshot: unasked('inventory'),
    maintenance: unasked('conductor'),
    runs: unasked('conductor'),
    alarms: unasked('conductor'),
    tokens: unasked('inventory'),
  };
}

/** Rejects as soon as it is seen that nobody is there to answer, so that nobody waits for that; otherwise never settles. */
async function absence(service: Asked, queue: string, inspection: Promise<Answer<BrokerInspection>>): Promise<never> {
  const seen = await inspection;
  const load = seen.kind === 'answered' ? seen.value.things.find(({ name }) => name === queue)?.load : null;
  if (load?.consumers !== 0) return new Promise<never>(() => undefined);
  const message = `nobody consumes ${queue}: no ${service} acts`;
  throw new FailureError(failure('query.unroutable', message, { retryable: true }));
}

/** Only those that the inventory knows can be looked at: a queue cannot be searched for. */
async function memberQueuesOf(
  connection: ClientConnection,
  snapshot: Promise<Answer<InventorySnapshot>>,
): Promise<Answer<readonly SeenThing[]>> {
  const known = await snapshot;
  if (known.kind === 'failed') return known;
  const queues = known.value.members.flatMap(({ id }) => memberTopology(id).queues);
  return answerTo('broker', async () => (await connection.inspect({ queues }, INSPECTION_LIMIT_MS)).things);
}

async function runsSeen(courier: Courier): Promise<RunsSeen> {
  const latest = (await courier.ask(ListRuns, { limit: RUNS_LOOKED_AT }, QUESTION_LIMIT_MS)).runs;
  const live = latest.filter(({ status }) => !isFinalRunStatus(status)).slice(0, LIVE_RUNS_MAX);
  // Without history, which nobody reads here.
  const views = live.map(({ runId }) =>
    courier.ask(GetRun, { runId, afterSequence: Number.MAX_SAFE_INTEGER }, QUESTION_LIMIT_MS),
  );
  return { latest, live: await Promise.all(views) };
}

async function answerTo<Value>(asked: Asked, question: () => Promise<Value>): Promise<Answer<Value>> {
  const askedAtMs = Date.now();
  try {
    const value = await question();
    return { asked, kind: 'answered', value, askedAtMs, endedAtMs: Date.now() };
  } catch (error) {
    return { asked, kind: 'failed', failure: failureOf(error), askedAtMs, endedAtMs: Date.now() };
  }
}

function failureOf(error: unknown): FailureError['failure'] {
  if (error instanceof FailureError) return error.failure;
  const message = error instanceof Error ? error.message : String(error);
  return failure('query.failed', message, { retryable: true });
}
