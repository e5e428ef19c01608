import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Election, fenced, openDatabase, type DatabaseOptions } from '#storage';
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
  /** Messages handled, each with its decision stored in one transaction. */
  readonly decisions: number;
  readonly perSecond: number;
  /** Events and messages, as stored. */
  readonly bytesPerDatabase: number;
  readonly memoryMiB: number;
}

/** One run of so many databases, from request to end, with agents that answer at once. No broker: deciding and storing alone. */
export async function measureDecisions(
  databases: number,
  options: Pick<DatabaseOptions, 'file' | 'url'>,
): Promise<Decisions> {
  const schema = 'bench_conductor';
  const storage = await openDatabase<ConductorTables>({ ...options, schema, migrations: CONDUCTOR_MIGRATIONS });
  try {
    const leadership = await new Election({ storage, schema, holder: 'bench' }).tryOnce();
    if (!leadership) throw new Error('the measurement has its database to itself, and yet another leads');
    const clock = { nowMs: () => Date.now() };
    const store = new SqlRunStore(fenced(storage, leadership.epoch), clock, leadership.epoch);
    const dispatched: { attemptId: string; member: string }[] = [];
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
    const plannedFromMs = performance.now();
    await conductor.refreshWorld(snapshot, { type: 'SnapshotCollected', runId, missingMembers: [] });
    const planMs = performance.now() - plannedFromMs;
    for (const id of names) await conductor.heartbeat(id, []);
    const fromMs = performance.now();
    let decisions = 0;
    for (let next = dispatched.shift(); next; next = dispatched.shift()) {
      await conductor.heartbeat(next.member, [{ attemptId: next.attemptId, bytesDone: '0' }]);
      await conductor.handle({ type: 'AttemptAccepted', ...next }, randomUUID());
      await conductor.handle({ type: 'AttemptStarted', ...next }, randomUUID());
      const end = { type: 'AttemptEnded', ...next, outcome: 'succeeded', bytes: '1000000' } as const;
      await conductor.handle(end, randomUUID());
      decisions += 3;
    }
    const seconds = (performance.now() - fromMs) / 1_000;
    if (conductor.run(runId)) throw new Error(`the run of ${databases} databases did not end`);
    const events = await sql<{ bytes: number }>`select sum(length(data)) as bytes from run_events`.execute(storage.db);
    const sent = await sql<{ bytes: number }>`select sum(length(envelope)) as bytes from outbox`.execute(storage.db);
    const bytes = (events.rows[0]?.bytes ?? 0) + (sent.rows[0]?.bytes ?? 0);
    return {
      engine: storage.engine === 'embedded' ? 'embedded' : 'PostgreSQL',
      databases,
      planMs,
      decisions,
      perSecond: decisions / seconds,
      bytesPerDatabase: bytes / databases,
      memoryMiB: process.memoryUsage().rss / MIB,
    };
  } finally {
    if (storage.engine === 'postgres') await storage.db.schema.dropSchema(schema).cascade().execute();
    await storage.close();
  }
}

function rotated(names: readonly string[], by: number): readonly string[] {
  const at = by % names.length;
  return [...names.slice(at), ...names.slice(0, at)];
}

function dispatchedIn({ events }: Commit): readonly { attemptId: string; member: string }[] {
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
