import { describe, expect, it } from '@jest/globals';
import { database } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';

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
