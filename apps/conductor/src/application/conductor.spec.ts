import { AttemptDescriptionOrdered, BackupStartOrdered, BackupStopOrdered } from '#contracts';
import { DeposedError, Election, fenced, type Storage, type StorageTables } from '#storage';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeOnBoth, type TestDatabase } from '../../../../libs/storage/src/testing/databases.js';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from '../adapters/store/migrations.js';
import { SqlRunStore } from '../adapters/store/sql-run-store.js';
import { RUN_ID } from '../testing/scenario.js';
import { SETTINGS, databaseView, memberView, movedTo } from '../testing/worlds.js';
import { Conductor } from './conductor.js';
import { ConductorCounts } from '../monitoring/counts.js';
import type { RunStore, Watch } from './ports.js';
import type { Input } from '../domain/decide/index.js';
import { RunQueries } from './run-queries.js';

const mailboxes = databaseView(1, ['ex01', 'ex02', 'ex03']);
const snapshot = {
  takenAt: '2026-01-01T00:00:00Z',
  dags: [],
  databases: [mailboxes],
  missingMembers: [],
  members: ['EX01', 'EX02', 'EX03'].map((name) => memberView(name)),
};
const SILENT = { log: () => undefined, warn: () => undefined, error: () => undefined };

let database: TestDatabase;
let storage: Storage<ConductorTables & StorageTables>;
let nowMs: number;

async function open(): Promise<void> {
  storage = await database.open<ConductorTables>(CONDUCTOR_MIGRATIONS);
}

async function started(
  watched: (store: RunStore) => RunStore = (store) => store,
  mayAct?: () => boolean,
  watch?: Watch,
): Promise<{ conductor: Conductor; store: SqlRunStore; collected: string[] }> {
  const clock = { nowMs: () => nowMs };
  const leadership = await new Election({ storage, schema: 'conductor', holder: 'test' }).tryOnce();
  if (!leadership) throw new Error('the embedded database always has a leader');
  const { epoch } = leadership;
  const store = new SqlRunStore(fenced(storage, epoch), clock, epoch);
  const collected: string[] = [];
  const conductor = new Conductor({
    store: watched(store),
    clock,
    settings: SETTINGS,
    source: '/conductor/test',
    log: SILENT,
    onCommitted: () => undefined,
    onCollect: (runId) => collected.push(runId),
    ...(mayAct ? { mayAct } : {}),
    ...(watch ? { watch } : {}),
  });
  await conductor.start();
  return { conductor, store, collected };
}

async function running(
  watch?: Watch,
): Promise<{ conductor: Conductor; store: SqlRunStore; attemptId: string; member: string }> {
  const { conductor, store } = await started((each) => each, undefined, watch);
  await conductor.refreshWorld(snapshot);
  for (const { id } of snapshot.members) await conductor.heartbeat(id, []);
  await conductor.handle({ type: 'BackupRequested', runId: RUN_ID, requestId: 'nightly', request: {} }, 'message-1');
  await conductor.refreshWorld(snapshot, { type: 'SnapshotCollected', runId: RUN_ID, missingMembers: [] });
  return { conductor, store, ...liveAttempt(conductor) };
}

function liveAttempt(conductor: Conductor): { attemptId: string; member: string } {
  const attempt = conductor.standing.run(RUN_ID)?.tasks.first()?.attempts.at(-1);
  if (!attempt) throw new Error('the run has no attempt');
  return attempt;
}

/** Notes the messages of every commit that is tried for one. */
function noting(commits: (readonly string[])[]): (store: RunStore) => RunStore {
  return (store) => ({
    ...methodsOf(store),
    commit: (commit) => {
      if (commit.messageIds.length > 0) commits.push(commit.messageIds);
      return store.commit(commit);
    },
  });
}

function endOf(attemptId: string, member: string): Input {
  return { type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1' };
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

describeOnBoth('the conductor', (make) => {
  beforeEach(async () => {
    database = make();
    nowMs = 1_000_000;
    await open();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('learns what a member moves in a second, and knows it after a restart', async () => {
    const { conductor, attemptId, member } = await running();
    await conductor.handle({ type: 'AttemptStarted', attemptId, member }, 'started');
    nowMs += 10_000;
    await conductor.handle({ ...endOf(attemptId, member), bytes: '1000000000' } as Input, 'ended');
    const learned = { member, backupType: 'full', bytesPerSecond: 100_000_000, observations: 1 };
    expect([...conductor.standing.rates.values()]).toEqual([expect.objectContaining(learned)]);
    const after = await started();
    expect([...after.conductor.standing.rates.values()]).toEqual([...conductor.standing.rates.values()]);
  });

  it('tells whoever counts what it decided, granted and refused, each once', async () => {
    const counts = new ConductorCounts(() => nowMs);
    const { conductor, attemptId, member } = await running(counts);
    await conductor.heartbeat(member, [
      { attemptId, bytesDone: '0' },
      { attemptId: randomUUID(), bytesDone: '0' },
    ]);
    expect([counts.leasesGranted, counts.leasesRefused]).toEqual([1, 1]);
    const inputsBefore = counts.inputs;
    const end = conductor.handle(endOf(attemptId, member), 'ended');
    expect(conductor.waiting).toBe(1);
    await end;
    await conductor.handle(endOf(attemptId, member), 'ended');
    expect(counts.inputs - inputsBefore).toBe(2);
    expect(counts.decidingForMs).toBeNull();
    expect(counts.attempts.list().find(({ outcome }) => outcome === 'succeeded')?.count).toBe(1);
    expect([...counts.runsEnded.values()].filter(({ count }) => count > 0)).toEqual([
      { kind: 'backup', status: 'completed', count: 1 },
    ]);
    nowMs += 5_000;
    expect(conductor.standing.pictureAgeMs).toBe(5_000);
  });

  it('stores nothing any more once another acts, and goes on as the other', async () => {
    const before = await running();
    const after = await started();
    await expect(
      before.conductor.handle({ type: 'CancelRequested', runId: RUN_ID, requestedBy: null }, 'm'),
    ).rejects.toThrow(DeposedError);
    expect(await commands()).toHaveLength(2);
    expect(await storage.db.selectFrom('inbox').select('message_id').execute()).toEqual([{ message_id: 'message-1' }]);
    await after.conductor.handle({ type: 'CancelRequested', runId: RUN_ID, requestedBy: null }, 'm');
    expect(await commands()).toHaveLength(3);
  });

  it('decides anew, from the state as stored, when a run has moved on without it', async () => {
    const { attemptId, member } = await running();
    const behind = await started();
    // As if another writer had stored the acceptance between this one's loading and its next decision.
    const version = behind.conductor.standing.run(RUN_ID)?.version ?? 0;
    const taskId = behind.conductor.standing.run(RUN_ID)?.tasks.first()?.taskId ?? '';
    const event = { type: 'AttemptAccepted', runId: RUN_ID, atMs: nowMs, taskId, attemptId };
    await storage.transaction((tx) =>
      tx
        .insertInto('run_events')
        .values({ run_id: RUN_ID, sequence: version + 1, type: event.type, data: JSON.stringify(event) })
        .execute(),
    );
    await behind.conductor.handle({ type: 'AttemptStarted', attemptId, member }, 'message-2');
    const attempt = behind.conductor.standing.run(RUN_ID)?.tasks.first()?.attempts.at(-1);
    expect(attempt).toMatchObject({ accepted: true, startedAtMs: nowMs });
    expect(behind.conductor.standing.run(RUN_ID)?.version).toBe(version + 2);
  });

  it('does not decide from a state that may not be the stored one', async () => {
    const { attemptId, member } = await running();
    let isLost = false;
    const { conductor } = await started((store) => ({
      ...methodsOf(store),
      commit: async (commit) => {
        const stored = await store.commit(commit);
        if (isLost) throw new Error('the connection was lost after the commit');
        return stored;
      },
    }));
    const ended = { type: 'AttemptEnded', attemptId, member, outcome: 'refused', bytes: '0' } as const;
    isLost = true;
    await expect(conductor.handle(ended, 'message-2')).rejects.toThrow('connection was lost');
    isLost = false;
    // The broker brings the message again; it was stored, so it changes nothing, but the state must know of it.
    await conductor.handle(ended, 'message-2');
    expect(
      conductor.standing
        .run(RUN_ID)
        ?.tasks.first()
        ?.attempts.map(({ outcome }) => outcome),
    ).toEqual(['refused']);
    expect((await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }])).granted.size).toBe(0);
  });

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
    const live = liveAttempt(conductor);
    await conductor.handle({ ...ended, attemptId: live.attemptId, member: live.member }, 'message-2');
    expect(await commands()).toEqual(after);
    expect(liveAttempt(conductor)).toEqual(live);
  });

  it('stores what comes together in one transaction, each message marked', async () => {
    const { attemptId, member } = await running();
    const commits: (readonly string[])[] = [];
    const { conductor } = await started(noting(commits));
    await conductor.refreshWorld(snapshot);
    await Promise.all([
      conductor.handle({ type: 'AttemptAccepted', attemptId, member }, 'accepted'),
      conductor.handle({ type: 'AttemptStarted', attemptId, member }, 'started'),
      conductor.attemptReported(endOf(attemptId, member), undefined, member, 'ended'),
    ]);
    expect(commits).toEqual([['accepted', 'started', 'ended']]);
    const seen = await storage.db.selectFrom('inbox').select('message_id').orderBy('message_id').execute();
    expect(seen.map((row) => row.message_id)).toEqual(['accepted', 'ended', 'message-1', 'started']);
    expect(conductor.standing.run(RUN_ID)).toBeUndefined();
  });

  it('decides one by one when one of those that come together was handled before', async () => {
    const { conductor: first, attemptId, member } = await running();
    await first.handle({ type: 'AttemptAccepted', attemptId, member }, 'accepted');
    const commits: (readonly string[])[] = [];
    const { conductor } = await started(noting(commits));
    await conductor.refreshWorld(snapshot);
    await Promise.all([
      conductor.handle({ type: 'AttemptStarted', attemptId, member }, 'started'),
      conductor.handle({ type: 'AttemptAccepted', attemptId, member }, 'accepted'),
      conductor.attemptReported(endOf(attemptId, member), undefined, member, 'ended'),
    ]);
    expect(commits).toEqual([['started', 'accepted', 'ended'], ['started'], ['accepted'], ['ended']]);
    expect(conductor.standing.run(RUN_ID)).toBeUndefined();
  });

  it('says of each that came together how it ended when the store refuses', async () => {
    const { conductor } = await started((store) => ({
      ...methodsOf(store),
      commit: (commit) =>
        commit.messageIds.length > 1 || commit.messageIds[0] === 'bad'
          ? Promise.reject(new Error('the disk is full'))
          : store.commit(commit),
    }));
    const request = (id: string) =>
      conductor.handle({ type: 'BackupRequested', runId: randomUUID(), requestId: id, request: {} }, id);
    const outcomes = await Promise.allSettled([request('good'), request('bad'), request('also-good')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(['good', 'bad', 'also-good'].map((id) => conductor.standing.runIdOf(id) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('takes up its unfinished runs after a restart, with a higher epoch, and does not dispatch what lives', async () => {
    const before = await running();
    await storage.close();
    await open();
    const { conductor } = await started();
    expect(conductor.standing.run(RUN_ID)).toEqual(before.conductor.standing.run(RUN_ID));
    const { epoch, granted } = await conductor.heartbeat(before.member, [
      { attemptId: before.attemptId, bytesDone: '7' },
    ]);
    expect({ epoch, granted: [...granted] }).toEqual({ epoch: 2, granted: [before.attemptId] });
    expect(await commands()).toEqual([
      `${BackupStartOrdered.type} ${before.member}`,
      `${AttemptDescriptionOrdered.type} ${before.member}`,
    ]);
  });

  it('dispatches anew what the agent says it never heard of', async () => {
    const { attemptId, member } = await running();
    const { conductor } = await started();
    await conductor.refreshWorld(snapshot);
    for (const { id } of snapshot.members) await conductor.heartbeat(id, []);
    const unknown = { type: 'attempt.unknown', message: 'no order', retryable: true };
    const refused = {
      type: 'AttemptEnded',
      attemptId,
      member,
      outcome: 'refused',
      bytes: '0',
      failure: unknown,
    } as const;
    await conductor.handle(refused, 'message-2');
    expect(liveAttempt(conductor)).toMatchObject({ number: 2, reason: 'agentLoss' });
  });

  it('waits out a whole lease after a restart, for it does not know what was granted before', async () => {
    const { attemptId } = await running();
    await storage.close();
    await open();
    const { conductor } = await started();
    nowMs += SETTINGS.leaseMs + SETTINGS.leaseMarginMs - 1;
    await conductor.tick();
    expect(liveAttempt(conductor).attemptId).toBe(attemptId);
    nowMs += 1;
    await conductor.tick();
    expect(conductor.standing.run(RUN_ID)?.tasks.first()?.attempts[0]?.outcome).toBe('lost');
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
      movedTo(mailboxes, to),
      { type: 'DatabaseMoved', databaseGuid: mailboxes.guid, fromMember: 'ex01', toMember: to, category: 'failover' },
      'message-2',
    );
    expect([...(await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }])).granted]).toEqual([]);
    expect(await commands()).toContain(`${BackupStopOrdered.type} ${member}`);
    nowMs += SETTINGS.leaseMs;
    await conductor.heartbeat(member, [{ attemptId, bytesDone: '0' }]);
    nowMs += SETTINGS.leaseMs;
    await conductor.tick();
    expect(conductor.standing.run(RUN_ID)?.tally.agentsLost).toBe(0);
    nowMs += SETTINGS.leaseMarginMs;
    await conductor.tick();
    expect(conductor.standing.run(RUN_ID)?.tally.agentsLost).toBe(1);
  });

  it('neither grants nor refuses a lease while another may lead, and goes on when it knows that it leads', async () => {
    const first = await running();
    let mayAct = false;
    const { conductor } = await started(undefined, () => mayAct);
    const heard = [{ attemptId: first.attemptId, bytesDone: '0' }];
    expect(await conductor.heartbeat(first.member, heard)).toMatchObject({ isLeading: false, granted: new Set() });
    mayAct = true;
    expect(await conductor.heartbeat(first.member, heard)).toMatchObject({
      isLeading: true,
      granted: new Set([first.attemptId]),
    });
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
      conductor.standing
        .run(RUN_ID)
        ?.tasks.first()
        ?.attempts.map(({ outcome }) => outcome),
    ).toEqual(['lost', 'withdrawn', null]);
  });

  it('answers about running and finished runs alike, by run id or request id, with history from where the asker left off', async () => {
    const { conductor, store, attemptId, member } = await running();
    const queries = new RunQueries(conductor.standing, store);
    const during = await queries.get({ requestId: 'nightly' });
    await conductor.handle(
      { type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1000' },
      'message-2',
    );
    expect(conductor.standing.run(RUN_ID)).toBeUndefined();
    const after = await queries.get({ runId: RUN_ID, afterSequence: during.log.at(-1)?.sequence ?? 0 });
    expect(after).toMatchObject({ status: 'completed', exitCode: 0 });
    expect(after.log.map(({ event }) => event)).toEqual(['TaskCompleted', 'RunCompleted']);
    expect((await queries.list()).runs.map(({ runId }) => runId)).toEqual([RUN_ID]);
    expect((await queries.explain({ runId: RUN_ID, database: 'mbx01' })).decisions[0]?.candidates).toHaveLength(3);
    await expect(queries.get({ requestId: 'unheard-of' })).rejects.toThrow('there is no run');
  });
});

function methodsOf(store: RunStore): RunStore {
  return {
    beginEpoch: () => store.beginEpoch(),
    loadUnfinished: () => store.loadUnfinished(),
    loadMaintenance: () => store.loadMaintenance(),
    commit: (commit) => store.commit(commit),
    loadThroughput: () => store.loadThroughput(),
    runIdOf: (requestId) => store.runIdOf(requestId),
    events: (runId, afterSequence, limit) => store.events(runId, afterSequence, limit),
    allEvents: (runId) => store.allEvents(runId),
    latestRunIds: (limit) => store.latestRunIds(limit),
  };
}
