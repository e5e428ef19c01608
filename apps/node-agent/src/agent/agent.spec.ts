import { describe, expect, it } from '@jest/globals';
import { GUID, World, database, order } from '../../test-support/world.js';
import { settle } from '../../test-support/sim-clock.js';
import { ORPHAN_SHOWS_WITHIN_MS } from '../domain/ending.js';

const MOVED_HEADER = { lastFullBackupAt: '2026-02-01T21:00:00.000Z' };

describe('an order to back up', () => {
  it('is journaled, accepted, leased, checked, run, proven and reported, each once', async () => {
    const world = new World();
    await world.run();
    expect(world.client.started).toEqual([
      { attemptId: 'a1', databaseName: 'MBDB01', backupType: 'full', replicated: true },
    ]);
    world.client.tell('a1', '400');
    await world.clock.advance(2_000);
    expect(world.conductor.received.at(-1)?.attempts).toEqual([
      { attemptId: 'a1', attempt: 1, state: 'running', bytesDone: '400' },
    ]);
    world.host.set(MOVED_HEADER);
    world.client.end('a1', {});
    await world.clock.advance(100);
    expect(world.said()).toEqual(['accepted a1', 'started a1', 'ended a1']);
    expect(world.end('a1')).toMatchObject({
      outcome: 'succeeded',
      bytes: '1000',
      exitCode: 0,
      evidence: { before: '2026-01-31T20:00:00.000Z', after: '2026-02-01T21:00:00.000Z', proven: true },
      database: { guid: GUID },
    });
    expect(world.journal.written.map(({ kind }) => kind)).toEqual([
      'received',
      'starting',
      'started',
      'exited',
      'ended',
      'reported',
    ]);
    await world.clock.advance(2_000);
    expect(world.conductor.received.at(-1)?.attempts).toEqual([]);
  });

  it('is not taken when it cannot be journaled, so that it comes again', async () => {
    const world = new World();
    world.journal.isFull = true;
    await expect(world.agent.startBackup(order())).rejects.toThrow('no space left');
    expect(world.said()).toEqual([]);
    await world.clock.advance(15_000);
    expect(world.results.reports.at(-1)?.warnings).toEqual([expect.stringContaining('no space left')]);
    world.journal.isFull = false;
    await world.run();
    expect(world.said()).toEqual(['accepted a1', 'started a1']);
  });

  it('does not start when the start cannot be journaled', async () => {
    const world = new World();
    await world.accept();
    world.journal.isFull = true;
    world.conductor.verdicts.set('a1', 'granted');
    await world.clock.advance(3_000);
    expect(world.client.started).toEqual([]);
    expect(world.results.attempts.at(-1)).toMatchObject({
      kind: 'refused',
      data: { failure: { type: 'journal.unwritable' } },
    });
  });

  it('that comes twice runs once and is answered with how things stand', async () => {
    const world = new World();
    await Promise.all([world.agent.startBackup(order()), world.agent.startBackup(order())]);
    await world.run();
    await world.run();
    expect(world.client.started).toHaveLength(1);
    world.host.set(MOVED_HEADER);
    world.client.end('a1', {});
    await world.clock.advance(100);
    await world.run();
    expect(world.client.started).toHaveLength(1);
    expect(world.said().at(-1)).toBe('ended a1');
    expect(world.said().filter((word) => word === 'ended a1')).toHaveLength(2);
  });

  it('of an older attempt or epoch is refused', async () => {
    const world = new World();
    await world.accept(order({ attempt: 2, epoch: 5 }));
    await world.accept(order({ attempt: 1, epoch: 5 }));
    await world.accept(order({ attempt: 1, attemptId: 'other', taskId: 'other/1', epoch: 4 }));
    const refused = world.results.attempts.filter(({ kind }) => kind === 'refused').map(({ data }) => data);
    expect(refused).toMatchObject([
      { attemptId: 'a1', failure: { type: 'attempt.superseded' } },
      { attemptId: 'other', failure: { type: 'attempt.superseded', message: expect.stringContaining('epoch 4') } },
    ]);
  });

  it('of a newer attempt stops the older one and waits until it is over', async () => {
    const world = new World();
    await world.run();
    world.host.set({ backupInProgress: true });
    await world.run(order({ attempt: 2 }));
    expect(world.client.killed).toEqual(['a1']);
    await world.clock.advance(5_000);
    expect(world.client.started.map(({ attemptId }) => attemptId)).toEqual(['a1']);
    world.host.set({ backupInProgress: false });
    await world.clock.advance(5_000);
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'attempt.superseded' } });
    expect(world.client.started.map(({ attemptId }) => attemptId)).toEqual(['a1', 'a2']);
  });

  it('is refused with what was seen when the copy is not what the plan expected', async () => {
    const world = new World();
    world.host.databases = [database({ activeMember: 'ex01' })];
    await world.run();
    expect(world.results.attempts.at(-1)).toMatchObject({
      kind: 'refused',
      data: { failure: { type: 'copy.role-changed', retryable: true }, database: { activeMember: 'ex01' } },
    });
    expect(world.client.started).toEqual([]);
  });

  it('is refused as retryable when the host does not answer', async () => {
    const world = new World();
    world.host.isDown = true;
    await world.run();
    expect(world.results.attempts.at(-1)).toMatchObject({
      kind: 'refused',
      data: { failure: { type: 'host.unavailable', retryable: true, cause: { message: 'the host is down' } } },
    });
  });
});

describe('a lease', () => {
  it('is asked for at once, and nothing starts without one', async () => {
    const world = new World();
    await world.accept();
    await world.clock.advance(0);
    expect(world.conductor.received.at(-1)?.attempts).toEqual([
      { attemptId: 'a1', attempt: 1, state: 'accepted', bytesDone: '0' },
    ]);
    await world.clock.advance(299_000);
    expect(world.client.started).toEqual([]);
    await world.clock.advance(2_000);
    expect(world.end('a1')).toMatchObject({
      outcome: 'stopped',
      failure: { type: 'lease.never-granted', retryable: true },
    });
    world.conductor.verdicts.set('a1', 'granted');
    await world.clock.advance(10_000);
    expect(world.client.started).toEqual([]);
  });

  it('that is over kills the client, and a late grant changes nothing', async () => {
    const world = new World();
    await world.run();
    world.conductor.isSilent = true;
    await world.clock.advance(9_800);
    expect(world.client.killed).toEqual([]);
    world.host.set({ backupInProgress: true });
    await world.clock.advance(300);
    expect(world.client.killed).toEqual(['a1']);
    world.conductor.isSilent = false;
    await world.clock.advance(5_000);
    expect(world.conductor.received.at(-1)?.attempts).toMatchObject([{ state: 'stopping' }]);
    expect(world.end('a1')).toBeUndefined();
    world.host.set({ backupInProgress: false });
    await world.clock.advance(2_000);
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'lease.expired' } });
    expect(world.client.started).toHaveLength(1);
  });

  it('counts from when the heartbeat was sent, not from when the answer came', async () => {
    const world = new World();
    const answers: (() => void)[] = [];
    const { conductor } = world;
    conductor.send = (heartbeat) => new Promise((resolve) => answers.push(() => resolve(conductor.answer(heartbeat))));
    conductor.verdicts.set('a1', 'granted');
    await world.accept(order({ leaseMs: 5_000 }));
    await world.clock.advance(1);
    const asked = answers.length;
    await world.clock.advance(4_000);
    answers[asked - 1]?.();
    await world.clock.advance(10);
    expect(world.client.started).toHaveLength(1);
    await world.clock.advance(1_100);
    expect(world.client.killed).toEqual(['a1']);
  });

  it('granted to a frozen agent is worth nothing when it wakes up', async () => {
    const world = new World();
    const answers: (() => void)[] = [];
    const { conductor } = world;
    conductor.send = (heartbeat) => new Promise((resolve) => answers.push(() => resolve(conductor.answer(heartbeat))));
    conductor.verdicts.set('a1', 'granted');
    await world.accept();
    await world.clock.advance(1);
    world.clock.jump(60_000);
    for (const answer of answers) answer();
    await settle();
    expect(world.client.started).toEqual([]);
  });

  it('declared stale stops the attempt', async () => {
    const world = new World();
    await world.run();
    world.conductor.verdicts.set('a1', 'stale');
    await world.clock.advance(2_100);
    expect(world.client.killed).toEqual(['a1']);
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'attempt.superseded' } });
  });

  it('answer that is older than one already handled is ignored', async () => {
    const world = new World();
    const held: (() => void)[] = [];
    const { conductor } = world;
    conductor.send = (heartbeat) => {
      // What an older conductor thought of the attempt when it got this heartbeat.
      const verdict = held.length === 2 ? ('stale' as const) : ('granted' as const);
      const grants = heartbeat.attempts.map(({ attemptId }) => ({ attemptId, verdict }));
      return new Promise((resolve) => held.push(() => resolve({ sequence: heartbeat.sequence, epoch: 1, grants })));
    };
    await world.accept();
    await world.clock.advance(6_100);
    held[3]?.();
    await world.clock.advance(10);
    held[2]?.();
    await world.clock.advance(10);
    expect(world.client.started).toHaveLength(1);
    expect(world.client.killed).toEqual([]);
  });
});

const stop = (attempt = 1) => ({
  runId: order().runId,
  taskId: order().taskId,
  attemptId: `a${attempt}`,
  attempt,
  reason: 'run cancelled',
});

describe('an order to stop', () => {
  it('that overtakes the start keeps it from starting, also after a restart', async () => {
    const world = new World();
    await world.agent.stopBackup(stop());
    await settle();
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'attempt.stop-ordered' } });
    const again = world.restart();
    await again.run();
    expect(again.client.started).toEqual([]);
    expect(again.said()).toEqual(['refused a1']);
    expect(again.results.attempts[0]).toMatchObject({ data: { failure: { type: 'attempt.superseded' } } });
  });

  it('ends what waits, kills what runs, and is answered again when it is over', async () => {
    const world = new World();
    await world.accept(order({ attemptId: 'a1' }));
    await world.agent.stopBackup(stop());
    await world.clock.advance(10);
    expect(world.end('a1')).toMatchObject({
      outcome: 'stopped',
      failure: { message: expect.stringContaining('run cancelled') },
    });
    await world.run(order({ attempt: 2 }));
    await world.agent.stopBackup(stop(2));
    await world.clock.advance(10);
    expect(world.client.killed).toEqual(['a2']);
    expect(world.end('a2')).toMatchObject({ outcome: 'stopped', exitCode: null });
    await world.agent.stopBackup(stop(2));
    await world.clock.advance(10);
    expect(world.said().filter((word) => word === 'ended a2')).toHaveLength(2);
  });
});

describe('a backup that does not end well', () => {
  it('whose exit code is 0 but whose header did not move is not counted', async () => {
    const world = new World();
    await world.run();
    world.client.end('a1', { exitCode: 0 });
    await world.clock.advance(29_000);
    expect(world.end('a1')).toBeUndefined();
    await world.clock.advance(2_000);
    expect(world.end('a1')).toMatchObject({
      outcome: 'failed',
      failure: { type: 'proof.missing', retryable: true },
      evidence: { proven: false },
    });
  });

  it('during which the database moved is told as a move, with the place where it is now', async () => {
    const world = new World();
    await world.run();
    world.host.databases = [database({ activeMember: 'ex01' })];
    world.client.end('a1', { exitCode: 418 });
    await world.clock.advance(10);
    expect(world.end('a1')).toMatchObject({
      outcome: 'failed',
      exitCode: 418,
      failure: { type: 'database.moved', retryable: true },
      database: { activeMember: 'ex01' },
    });
  });

  it('and whose end Exchange never confirms says so', async () => {
    const world = new World();
    await world.run();
    world.host.set({ backupInProgress: true });
    world.conductor.verdicts.set('a1', 'stale');
    await world.clock.advance(63_000);
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { details: { released: false } } });
  });

  it('is told when the broker is back, and its attempt is listed until then', async () => {
    const world = new World();
    await world.run();
    world.results.isDown = true;
    world.client.end('a1', { exitCode: 1 });
    await world.clock.advance(10_000);
    expect(world.end('a1')).toBeUndefined();
    expect(world.conductor.received.at(-1)?.attempts).toMatchObject([{ attemptId: 'a1', state: 'stopping' }]);
    world.results.isDown = false;
    await world.clock.advance(31_000);
    expect(world.end('a1')).toMatchObject({ outcome: 'failed', failure: { type: 'client.failed' } });
    expect(world.said().filter((word) => word === 'ended a1')).toHaveLength(1);
  });
});

describe('a restart', () => {
  it('takes up an accepted attempt as if it had just come', async () => {
    const world = new World();
    await world.accept();
    world.conductor.verdicts.set('a1', 'granted');
    const again = world.restart();
    await again.clock.advance(100);
    expect(again.said()).toEqual(['accepted a1', 'started a1']);
    expect(again.client.started).toHaveLength(1);
  });

  it.each(['starting', 'started'])(
    'never starts again what was %s; it waits for Exchange and says interrupted',
    async (last) => {
      const world = new World();
      await world.run();
      world.journal.written.splice(world.journal.written.findIndex(({ kind }) => kind === last) + 1);
      world.host.set({ backupInProgress: true });
      const again = world.restart();
      await again.clock.advance(5_000);
      await again.run();
      expect(again.client.started).toEqual([]);
      expect(again.conductor.received.at(-1)?.attempts).toMatchObject([{ attemptId: 'a1', state: 'stopping' }]);
      again.host.set({ backupInProgress: false });
      await again.clock.advance(2_000);
      expect(again.end('a1')).toMatchObject({
        outcome: 'interrupted',
        failure: { type: 'agent.interrupted', retryable: true },
        evidence: { before: '2026-01-31T20:00:00.000Z', proven: false },
      });
    },
  );

  it('does not call a database free while the client it lost may not show in Exchange yet', async () => {
    const world = new World();
    await world.run();
    const again = world.restart();
    await again.clock.advance(ORPHAN_SHOWS_WITHIN_MS - 1_000);
    expect(again.said()).toEqual([]);
    expect(again.conductor.received.at(-1)?.attempts).toMatchObject([{ attemptId: 'a1', state: 'stopping' }]);
    await again.clock.advance(2_000);
    expect(again.end('a1')).toMatchObject({ outcome: 'interrupted' });
  });

  it('proves a backup whose client had ended well', async () => {
    const world = new World();
    await world.run();
    world.client.end('a1', {});
    await world.clock.advance(100);
    const again = world.restart();
    again.host.set(MOVED_HEADER);
    await again.clock.advance(2_000);
    expect(again.end('a1')).toMatchObject({ outcome: 'succeeded', bytes: '1000' });
  });

  it('goes on with a stop that was decided', async () => {
    const world = new World();
    await world.run();
    world.host.set({ backupInProgress: true });
    world.conductor.verdicts.set('a1', 'stale');
    await world.clock.advance(3_000);
    const again = world.restart();
    again.host.set({ backupInProgress: false });
    await again.clock.advance(2_000);
    expect(again.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'attempt.superseded' } });
  });

  it('tells an end that was not told, and only that', async () => {
    const world = new World();
    await world.run();
    world.results.isDown = true;
    world.client.end('a1', { exitCode: 1 });
    await world.clock.advance(100);
    const again = world.restart();
    await again.clock.advance(100);
    expect(again.said()).toEqual(['ended a1']);
    const third = again.restart();
    await third.clock.advance(100);
    expect(third.said()).toEqual([]);
  });
});

describe('an agent that is stopped', () => {
  it('kills what runs, tells its end, and leaves what waits to its next start', async () => {
    const world = new World();
    await world.run();
    await world.accept(order({ attemptId: 'w1', taskId: 'w/1', databaseGuid: '22222222-2222-4222-8222-222222222222' }));
    const stopped = world.agent.stop();
    await world.clock.advance(100);
    await stopped;
    expect(world.client.killed).toEqual(['a1']);
    expect(world.end('a1')).toMatchObject({ outcome: 'stopped', failure: { type: 'agent.stopping', retryable: true } });
    const again = world.restart();
    await again.clock.advance(10);
    expect(again.said()).toEqual(['accepted w1']);
  });

  it('does not wait for ever', async () => {
    const world = new World();
    await world.run();
    world.host.set({ backupInProgress: true });
    let isStopped = false;
    const stopped = world.agent.stop().then(() => (isStopped = true));
    await world.clock.advance(9_000);
    expect(isStopped).toBe(false);
    await world.clock.advance(1_100);
    expect(await stopped).toBe(true);
  });
});

describe('an order to describe an attempt', () => {
  const ref = { runId: order().runId, taskId: order().taskId, attempt: 1, attemptId: 'a1' };

  it('is answered with how things stand, and starts nothing', async () => {
    const world = new World();
    await world.run();
    await world.agent.describeAttempt(ref);
    expect(world.said()).toEqual(['accepted a1', 'started a1', 'accepted a1', 'started a1']);
    expect(world.client.started).toHaveLength(1);
  });

  it('is answered with the last word, also by an agent that has restarted since', async () => {
    const world = new World();
    await world.run();
    world.host.set(MOVED_HEADER);
    world.client.end('a1', {});
    await world.clock.advance(100);
    await world.agent.describeAttempt(ref);
    expect(world.said().slice(-2)).toEqual(['ended a1', 'ended a1']);
  });

  it('refuses what it never heard of, and never starts it afterwards', async () => {
    const world = new World();
    await world.agent.describeAttempt(ref);
    await settle();
    expect(world.results.attempts.at(-1)).toMatchObject({
      kind: 'refused',
      data: { attemptId: 'a1', failure: { type: 'attempt.unknown', retryable: true } },
    });
    await world.run();
    expect(world.client.started).toEqual([]);
    expect(world.said()).toEqual(['refused a1', 'refused a1']);
  });
});
