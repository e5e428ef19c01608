import { describe, expect, it } from '@jest/globals';
import { MOVED_HEADER, order } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';
import { ORPHAN_SHOWS_WITHIN_MS } from '../domain/ending.js';

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
