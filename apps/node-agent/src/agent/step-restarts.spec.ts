import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClient } from '../../test-support/fakes.js';
import type { World } from '../../test-support/world.js';
import { stepOrder, RESTORE, READY, end, hostHas, order, stepWorld } from '../../test-support/step-orders.js';

let world: World;
beforeEach(() => {
  world = stepWorld();
});

describe('a step after a restart of the agent', () => {
  it('that had not begun waits for its lease again', async () => {
    await world.agent.orderStep(stepOrder({ kind: 'dismount' }));
    world = world.restart();
    world.conductor.verdicts.set('s1', 'granted');
    await world.clock.advance(3_000);
    expect([world.changes.asked, end(world)?.outcome]).toEqual([['dismount'], 'succeeded']);
  });

  it('that had begun is told as Exchange shows it, and never gone on with', async () => {
    world.changes.manner = 'hang';
    await order(world, { kind: 'dismount' });
    world = world.restart();
    await world.clock.advance(3_000);
    expect(end(world)).toMatchObject({ outcome: 'interrupted', database: { mounted: true } });
    expect(world.changes.asked).toEqual([]);
  });

  it('that became true meanwhile has succeeded', async () => {
    world.changes.manner = 'hang';
    await order(world, { kind: 'dismount' });
    world.host.set({ mounted: false });
    world = world.restart();
    await world.clock.advance(3_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', changed: true });
  });

  it('that was restoring is told when no process of it is left', async () => {
    hostHas(world, READY);
    await order(world, RESTORE);
    const client = new FakeClient();
    client.orphans = null;
    world = world.restart(client);
    await world.clock.advance(5_000);
    expect(end(world)).toBeUndefined();
    world.client.orphans = ['s1', 'other'];
    await world.clock.advance(3_000);
    expect(world.client.orphans).toEqual(['other']);
    expect(end(world)).toMatchObject({ outcome: 'interrupted', failure: { type: 'agent.interrupted' } });
    expect(end(world)?.wrote).toBeUndefined();
  });

  it('that had ended is told again from the journal, until the broker has it', async () => {
    await order(world, { kind: 'dismount' });
    const told = end(world);
    world = world.restart();
    await world.clock.advance(100);
    expect(end(world)).toBeUndefined();
    await world.agent.describeStep(stepOrder({ kind: 'dismount' }));
    await world.clock.advance(100);
    expect(end(world)).toEqual(told);
  });
});
