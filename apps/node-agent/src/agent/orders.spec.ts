import { describe, expect, it } from '@jest/globals';
import { MOVED_HEADER, GUID, database, order } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';
import { settle } from '../../test-support/sim-clock.js';

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

  it('that overtook the start is remembered by an agent that died between taking the start and refusing it', async () => {
    const world = new World();
    await world.agent.stopBackup(stop());
    await world.accept();
    world.journal.written.splice(world.journal.written.findIndex(({ kind }) => kind === 'received') + 1);
    const again = world.restart();
    await again.run();
    expect(again.client.started).toEqual([]);
    expect(again.results.attempts.at(-1)).toMatchObject({ data: { failure: { type: 'attempt.superseded' } } });
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
