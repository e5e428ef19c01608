import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RestoreStepData } from '#contracts';
import { withCopy } from '../../test-support/fake-exchange.js';
import { SEED_SHOWS_WITHIN_MS } from '../domain/restore/limits.js';
import type { World } from '../../test-support/world.js';
import { end, order, stepWorld } from '../../test-support/step-orders.js';

let world: World;
beforeEach(() => {
  world = stepWorld();
});

describe('a step that reseeds a copy', () => {
  const RESEED: RestoreStepData = { kind: 'reseedCopy', copyMember: 'ex02' };
  const copyIs = (
    status: 'Suspended' | 'Seeding' | 'Initializing' | 'Healthy' | 'FailedAndSuspended',
    percent = 0,
  ): void => {
    world.host.databases = world.host.databases.map((each) => {
      const { copies, ...rest } = withCopy(each, 'ex02', status, null);
      return { ...rest, copies: copies.map((copy) => ({ ...copy, seedingPercent: percent })) };
    });
  };

  it('tells how far it is, and is over when the bytes are there', async () => {
    copyIs('Suspended');
    await order(world, RESEED);
    copyIs('Seeding', 40);
    await world.clock.advance(4_000);
    expect(world.conductor.received.at(-1)?.attempts[0]?.bytesDone).toBe('400');
    copyIs('Initializing');
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', changed: true });
    expect(world.changes.asked).toEqual(['update ex02']);
  });

  it('is over where Exchange made the copy the active one after its seed', async () => {
    copyIs('Suspended');
    await order(world, RESEED);
    await world.clock.advance(2_000);
    world.host.databases = world.host.databases.map((each) => ({
      ...withCopy(each, 'ex02', 'Mounted', null),
      activeMember: 'ex02',
      copies: each.copies.map((copy) => ({ ...copy, active: copy.member === 'ex02' })),
    }));
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', changed: true });
  });

  it('waits until the copy is Healthy where no seed was seen, for it may not have begun', async () => {
    copyIs('Initializing');
    await order(world, RESEED);
    await world.clock.advance(2_000);
    expect(end(world)).toBeUndefined();
    copyIs('Healthy');
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded' });
  });

  it('has failed when Exchange says yes and shows no seed, and not only when a seed would have had time to end', async () => {
    copyIs('Suspended');
    world.changes.manner = 'ignore';
    await order(world, RESEED);
    await world.clock.advance(SEED_SHOWS_WITHIN_MS - 5_000);
    expect(end(world)).toBeUndefined();
    await world.clock.advance(10_000);
    expect(end(world)).toMatchObject({ outcome: 'failed', failure: { type: 'step.timeout', retryable: true } });
  });

  it('may take as long as seeds take once one was seen', async () => {
    copyIs('Suspended');
    await order(world, RESEED);
    await world.clock.advance(10 * SEED_SHOWS_WITHIN_MS);
    expect(end(world)).toBeUndefined();
    copyIs('Healthy');
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded' });
  });

  it('has failed when the copy is suspended again after it was seeded', async () => {
    copyIs('FailedAndSuspended');
    await order(world, RESEED);
    await world.clock.advance(2_000);
    copyIs('FailedAndSuspended');
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'failed', failure: { type: 'reseed.failed' } });
  });

  it('goes on beside another of the same database', async () => {
    copyIs('Suspended');
    await order(world, RESEED);
    await order(world, { ...RESEED, copyMember: 'ex03' }, { number: 2 });
    expect(end(world, 2)).toMatchObject({ outcome: 'refused', failure: { type: 'copy.missing' } });
    copyIs('Healthy');
    await world.clock.advance(2_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded' });
  });
});
