import { describe, expect, it } from '@jest/globals';
import { order } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';
import { settle } from '../../test-support/sim-clock.js';

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
