import { BackupStartOrdered, BackupStopOrdered } from '#contracts';
import { openEmbedded, type Storage, type StorageTables } from '#storage';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from '../adapters/store/migrations.js';
import { SqlRunStore } from '../adapters/store/sql-run-store.js';
import { RUN_ID } from '../testing/scenario.js';
import { SETTINGS, databaseView, memberView, movedTo } from '../testing/worlds.js';
import { Conductor } from './conductor.js';
import { RunQueries } from './run-queries.js';

const database = databaseView(1, ['ex01', 'ex02', 'ex03']);
const snapshot = {
  takenAt: '2026-01-01T00:00:00Z',
  dags: [],
  databases: [database],
  missingMembers: [],
  members: ['EX01', 'EX02', 'EX03'].map((name) => memberView(name)),
};
const SILENT = { log: () => undefined, warn: () => undefined, error: () => undefined };

let folder: string;
let storage: Storage<ConductorTables & StorageTables>;
let nowMs: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conductor-'));
  nowMs = 1_000_000;
  await open();
});

afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  storage = await openEmbedded<ConductorTables>({
    file: join(folder, 'conductor.db'),
    migrations: CONDUCTOR_MIGRATIONS,
  });
}

async function started(): Promise<{ conductor: Conductor; store: SqlRunStore; collected: string[] }> {
  const clock = { nowMs: () => nowMs };
  const store = new SqlRunStore(storage, clock);
  const collected: string[] = [];
  const conductor = new Conductor({
    store,
    clock,
    settings: SETTINGS,
    source: '/conductor/test',
    log: SILENT,
    onCommitted: () => undefined,
    onCollect: (runId) => collected.push(runId),
  });
  await conductor.start();
  return { conductor, store, collected };
}

async function running(): Promise<{ conductor: Conductor; store: SqlRunStore; attemptId: string; member: string }> {
  const { conductor, store } = await started();
  await conductor.refreshWorld(snapshot);
  for (const { id } of snapshot.members) await conductor.heartbeat(id, []);
  await conductor.handle({ type: 'BackupRequested', runId: RUN_ID, requestId: 'nightly', request: {} }, 'message-1');
  await conductor.refreshWorld(snapshot, { type: 'SnapshotCollected', runId: RUN_ID, missingMembers: [] });
  return { conductor, store, ...liveAttempt(conductor) };
}

function liveAttempt(conductor: Conductor): { attemptId: string; member: string } {
  const attempt = conductor.run(RUN_ID)?.tasks.first()?.attempts.at(-1);
  if (!attempt) throw new Error('the run has no attempt');
  return attempt;
}

async function commands(): Promise<readonly string[]> {
  const rows = await storage.db
    .selectFrom('outbox')
    .select(['envelope', 'routing_key'])
    .where('exchange', '=', 'dag.commands')
    .orderBy('id')
    .execute();
  return rows.map((row) => `${(JSON.parse(row.envelope) as { type: string }).type} ${row.routing_key}`);
}

describe('the conductor', () => {
  it('stores its events, its messages and the mark of the message together', async () => {
    const { member } = await running();
    expect(await commands()).toEqual([`${BackupStartOrdered.type} ${member}`]);
    const seen = await storage.db.selectFrom('inbox').select('message_id').execute();
    expect(seen).toEqual([{ message_id: 'message-1' }]);
  });

  it('does nothing when a message comes a second time', async () => {
    const { conductor, attemptId, member } = await running();
    const ended = { type: 'AttemptEnded', attemptId, member, outcome: 'refused', bytes: '0' } as const;
    await conductor.handle(ended, 'message-2');
    const after = await commands();
    await conductor.handle({ ...ended, attemptId: liveAttempt(conductor).attemptId }, 'message-2');
    expect(await commands()).toEqual(after);
  });

  it('takes up its unfinished runs after a restart, with a higher epoch, and does not dispatch what lives', async () => {
    const before = await running();
    await storage.close();
    await open();
    const { conductor } = await started();
    expect(conductor.run(RUN_ID)).toEqual(before.conductor.run(RUN_ID));
    const { epoch, granted } = await conductor.heartbeat(before.member, [
      { attemptId: before.attemptId, bytesDone: '7' },
    ]);
    expect({ epoch, granted: [...granted] }).toEqual({ epoch: 2, granted: [before.attemptId] });
    expect(await commands()).toHaveLength(1);
  });

  it('collects anew for a run that was collecting when it stopped', async () => {
    const first = await started();
    await first.conductor.handle(
      { type: 'BackupRequested', runId: RUN_ID, requestId: 'nightly', request: {} },
      'message-1',
    );
    expect(first.collected).toEqual([RUN_ID]);
    await storage.close();
    await open();
    expect((await started()).collected).toEqual([RUN_ID]);
  });

  it('grants a lease only to the live attempt on its own member, and to none that was superseded', async () => {
    const { conductor, attemptId, member } = await running();
    const other = member === 'ex01' ? 'ex02' : 'ex01';
    expect([...(await conductor.heartbeat(other, [{ attemptId, bytesDone: '0' }])).granted]).toEqual([]);
    expect([...(await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }])).granted]).toEqual([attemptId]);
    const to = member === 'ex03' ? 'ex02' : 'ex03';
    await conductor.databaseChanged(
      movedTo(database, to),
      { type: 'DatabaseMoved', databaseGuid: database.guid, fromMember: 'ex01', toMember: to, category: 'failover' },
      'message-2',
    );
    expect([...(await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }])).granted]).toEqual([]);
    expect(await commands()).toContain(`${BackupStopOrdered.type} ${member}`);
    nowMs += SETTINGS.leaseMs;
    await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }]);
    nowMs += SETTINGS.leaseMs;
    await conductor.tick();
    expect(conductor.run(RUN_ID)?.tally.agentsLost).toBe(0);
    nowMs += SETTINGS.leaseMarginMs;
    await conductor.tick();
    expect(conductor.run(RUN_ID)?.tally.agentsLost).toBe(1);
  });

  it('withdraws at once what was never granted, and waits out the lease of what was', async () => {
    const { conductor, attemptId, member } = await running();
    await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }]);
    nowMs += SETTINGS.leaseMs + SETTINGS.leaseMarginMs - 1;
    await conductor.tick();
    expect(liveAttempt(conductor).attemptId).toBe(attemptId);
    const alive = snapshot.members.map(({ id }) => id).filter((id) => id !== member);
    for (const id of alive) await conductor.heartbeat(id, []);
    nowMs += 1;
    await conductor.tick();
    const next = liveAttempt(conductor);
    expect(next.attemptId).not.toBe(attemptId);
    nowMs += SETTINGS.dispatchTimeoutMs;
    for (const id of alive) await conductor.heartbeat(id, []);
    await conductor.tick();
    expect(
      conductor
        .run(RUN_ID)
        ?.tasks.first()
        ?.attempts.map(({ outcome }) => outcome),
    ).toEqual(['lost', 'withdrawn', null]);
  });

  it('answers about running and finished runs alike, by run id or request id, with history from where the asker left off', async () => {
    const { conductor, store, attemptId, member } = await running();
    const queries = new RunQueries(conductor, store);
    const during = await queries.get({ requestId: 'nightly' });
    await conductor.handle(
      { type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1000' },
      'message-2',
    );
    expect(conductor.run(RUN_ID)).toBeUndefined();
    const after = await queries.get({ runId: RUN_ID, afterSequence: during.log.at(-1)?.sequence ?? 0 });
    expect(after).toMatchObject({ status: 'completed', exitCode: 0 });
    expect(after.log.map(({ event }) => event)).toEqual(['TaskCompleted', 'RunCompleted']);
    expect((await queries.list()).runs.map(({ runId }) => runId)).toEqual([RUN_ID]);
    expect((await queries.explain(RUN_ID, 'mbx01')).decisions[0]?.candidates).toHaveLength(3);
    await expect(queries.get({ requestId: 'unheard-of' })).rejects.toThrow('there is no run');
  });
});
