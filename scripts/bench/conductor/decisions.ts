import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Election, fenced, openDatabase, type DatabaseOptions, type Storage, type StorageTables } from '#storage';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from '../../../apps/conductor/src/adapters/store/migrations.js';
import { SqlRunStore } from '../../../apps/conductor/src/adapters/store/sql-run-store.js';
import { Conductor } from '../../../apps/conductor/src/application/conductor.js';
import type { Commit, RunStore } from '../../../apps/conductor/src/application/ports.js';
import { SETTINGS, databaseView, memberView } from '../../../apps/conductor/src/testing/worlds.js';

const MEMBERS = ['EX01', 'EX02', 'EX03', 'EX04'];
const PARALLEL_PER_MEMBER = 10;
const MIB = 1024 * 1024;

export interface Decisions {
  readonly engine: 'embedded' | 'PostgreSQL';
  readonly databases: number;
  readonly planMs: number;
  /** Databases carried from their dispatch to their end; of a larger run the rest is planned, waits, and is not begun. */
  readonly carried: number;
  /** Planning and deciding, for one database, by the clock. */
  readonly msPerDatabase: number;
  /** The same in time of the processor, which other work on the machine changes little. */
  readonly cpuMsPerDatabase: number;
  /** Messages handled, each with its decision stored in one transaction. */
  readonly decisions: number;
  readonly perSecond: number;
  /** Events and messages, as stored. */
  readonly bytesPerDatabase: number;
  /** Of the measuring process at its end. */
  readonly memoryMiB: number;
}

/** Fewer would measure the start of the run, more would only take longer. */
const CARRIED_MAX = 4_000;
const WARM_UP_DATABASES = 200;

export type BenchDatabase = Pick<DatabaseOptions, 'file' | 'url'>;

/**
 * One run of so many databases with agents that answer at once, each in its own time, as the inbox brings it. No broker: deciding and storing
 * alone, from a picture handed over directly, since that of 100,000 databases would not fit into one message.
 */
export async function measureDecisions(databases: number, options: BenchDatabase): Promise<Decisions> {
  await runOnce(WARM_UP_DATABASES, { ...options, file: `${options.file}.warm-up` });
  return runOnce(databases, options);
}

async function runOnce(databases: number, options: BenchDatabase): Promise<Decisions> {
  const schema = 'bench_conductor';
  const storage = await openDatabase<ConductorTables>({ ...options, schema, migrations: CONDUCTOR_MIGRATIONS });
  try {
    const leadership = await new Election({ storage, schema, holder: 'bench' }).tryOnce();
    if (!leadership) throw new Error('the measurement has its database to itself, and yet another leads');
    const clock = { nowMs: () => Date.now() };
    const store = new SqlRunStore(fenced(storage, leadership.epoch), clock, leadership.epoch);
    const dispatched: Dispatched[] = [];
    const conductor = new Conductor({
      store: watched(store, (commit) => dispatched.push(...dispatchedIn(commit))),
      clock,
      settings: { ...SETTINGS, parallelPerMember: PARALLEL_PER_MEMBER },
      source: '/bench',
      log: { log: () => undefined, warn: () => undefined, error: () => undefined },
      onCommitted: () => undefined,
      onCollect: () => undefined,
    });
    await conductor.start();
    const members = MEMBERS.map((name) => memberView(name));
    const names = members.map(({ id }) => id);
    const views = Array.from({ length: databases }, (_, index) =>
      databaseView(index + 1, rotated(names, index), { sizeBytes: '1000000' }),
    );
    const takenAt = new Date().toISOString();
    const snapshot = { takenAt, dags: [], members, databases: views, missingMembers: [] };
    const runId = randomUUID();
    await conductor.handle({ type: 'BackupRequested', runId, requestId: 'bench', request: {} }, 'request');
    const beforePlan = process.cpuUsage();
    const plannedFromMs = performance.now();
    await conductor.refreshWorld(snapshot, { type: 'SnapshotCollected', runId, missingMembers: [] });
    const planMs = performance.now() - plannedFromMs;
    const planCpuMs = cpuMsSince(beforePlan);
    for (const id of names) await conductor.heartbeat(id, []);
    const carried = Math.min(databases, CARRIED_MAX);
    const plannedBytes = await storedBytes(storage);
    const beforeCarrying = process.cpuUsage();
    const fromMs = performance.now();
    const decisions = await carry(conductor, dispatched, carried);
    const carriedMs = performance.now() - fromMs;
    const carriedCpuMs = cpuMsSince(beforeCarrying);
    if (carried === databases && conductor.standing.run(runId))
      throw new Error(`the run of ${databases} databases did not end`);
    const carriedBytes = (await storedBytes(storage)) - plannedBytes;
    return {
      engine: storage.engine === 'embedded' ? 'embedded' : 'PostgreSQL',
      databases,
      planMs,
      carried,
      msPerDatabase: planMs / databases + carriedMs / carried,
      cpuMsPerDatabase: planCpuMs / databases + carriedCpuMs / carried,
      decisions,
      perSecond: (decisions * 1_000) / carriedMs,
      bytesPerDatabase: plannedBytes / databases + carriedBytes / carried,
      memoryMiB: process.memoryUsage().rss / MIB,
    };
  } finally {
    if (storage.engine === 'postgres') await storage.db.schema.dropSchema(schema).cascade().execute();
    await storage.close();
  }
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

type Dispatched = { readonly attemptId: string; readonly member: string };

/** Every attempt is accepted, started and ended, one message after the other; different attempts side by side. Counts the messages. */
async function carry(conductor: Conductor, dispatched: Dispatched[], count: number): Promise<number> {
  const flows = new Set<Promise<void>>();
  let begun = 0;
  while (begun < count) {
    const next = dispatched.shift();
    if (next) {
      begun += 1;
      const flow: Promise<void> = answer(conductor, next).finally(() => flows.delete(flow));
      flows.add(flow);
    } else if (flows.size > 0) await Promise.race(flows);
    else throw new Error(`the conductor sends nothing more after ${begun} of ${count} databases`);
  }
  await Promise.all(flows);
  return count * 3;
}

async function answer(conductor: Conductor, { attemptId, member }: Dispatched): Promise<void> {
  const ref = { attemptId, member };
  await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }]);
  await conductor.handle({ type: 'AttemptAccepted', ...ref }, randomUUID());
  await conductor.handle({ type: 'AttemptStarted', ...ref }, randomUUID());
  await conductor.handle({ type: 'AttemptEnded', ...ref, outcome: 'succeeded', bytes: '1000000' }, randomUUID());
}

/** Events and messages. */
async function storedBytes(storage: Storage<ConductorTables & StorageTables>): Promise<number> {
  const events = await sql<{ bytes: number }>`select sum(length(data)) as bytes from run_events`.execute(storage.db);
  const sent = await sql<{ bytes: number }>`select sum(length(envelope)) as bytes from outbox`.execute(storage.db);
  return (events.rows[0]?.bytes ?? 0) + (sent.rows[0]?.bytes ?? 0);
}

function rotated(names: readonly string[], by: number): readonly string[] {
  const at = by % names.length;
  return [...names.slice(at), ...names.slice(0, at)];
}

function dispatchedIn({ events }: Commit): readonly Dispatched[] {
  return events.flatMap(({ event }) =>
    event.type === 'TaskDispatched' ? [{ attemptId: event.attempt.attemptId, member: event.attempt.member }] : [],
  );
}

function watched(store: RunStore, onStored: (commit: Commit) => void): RunStore {
  return {
    beginEpoch: () => store.beginEpoch(),
    loadUnfinished: () => store.loadUnfinished(),
    loadMaintenance: () => store.loadMaintenance(),
    commit: async (commit) => {
      const isStored = await store.commit(commit);
      if (isStored) onStored(commit);
      return isStored;
    },
    loadThroughput: () => store.loadThroughput(),
    runIdOf: (requestId) => store.runIdOf(requestId),
    events: (runId, afterSequence, limit) => store.events(runId, afterSequence, limit),
    allEvents: (runId) => store.allEvents(runId),
    latestRunIds: (limit) => store.latestRunIds(limit),
  };
}
