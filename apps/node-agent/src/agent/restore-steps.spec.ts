import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RestoreStepData } from '#contracts';
import { withCopy } from '../../test-support/fake-exchange.js';
import { settle } from '../../test-support/sim-clock.js';
import { GUID, MEMBER, RUN_ID, database } from '../../test-support/samples.js';
import type { World } from '../../test-support/world.js';
import { COMMENT, stepOrder, SUSPEND, end, order, stepWorld } from '../../test-support/step-orders.js';

let world: World;
beforeEach(() => {
  world = stepWorld();
});

describe('a step of a restore', () => {
  it.each<[string, RestoreStepData, string[]]>([
    ['suspend', SUSPEND, ['suspend ex02']],
    ['dismount', { kind: 'dismount' }, ['dismount']],
    ['allow', { kind: 'allowFileRestore' }, ['allow true']],
    ['move', { kind: 'moveActive', toMember: 'ex02' }, ['move to ex02']],
  ])('is made true, and told with what Exchange shows then: %s', async (_, step, asked) => {
    await order(world, step);
    expect(world.changes.asked).toEqual(asked);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', changed: true, database: { guid: GUID } });
    expect(end(world)?.database).toEqual(world.host.databases[0]);
  });

  it.each<[string, RestoreStepData]>([
    ['mount', { kind: 'mount' }],
    ['forbid', { kind: 'forbidFileRestore' }],
    ['resume', { kind: 'resumeCopy', copyMember: 'ex02', comment: COMMENT }],
    ['reseed', { kind: 'reseedCopy', copyMember: 'ex02' }],
    ['look', { kind: 'readState' }],
  ])('changes nothing that is true already: %s', async (_, step) => {
    await order(world, step);
    expect(world.changes.asked).toEqual([]);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', changed: false, database: { guid: GUID } });
  });

  it('leaves a copy alone that somebody else suspended', async () => {
    world.host.databases = world.host.databases.map((each) => withCopy(each, 'ex02', 'Suspended', 'maintenance'));
    await order(world, SUSPEND);
    await order(world, { kind: 'resumeCopy', copyMember: 'ex02', comment: COMMENT }, { number: 2 });
    expect(world.changes.asked).toEqual([]);
    expect(world.host.databases[0]?.copies[1]?.suspendComment).toBe('maintenance');
  });

  it('is refused where it cannot be: an active copy is not suspended, an unknown database not dismounted', async () => {
    await order(world, { ...SUSPEND, copyMember: MEMBER });
    expect(end(world)).toMatchObject({ outcome: 'refused', failure: { type: 'copy.role-changed' } });
    world.host.databases = [];
    await order(world, { kind: 'dismount' }, { number: 2 });
    expect(end(world, 2)).toMatchObject({ outcome: 'refused', failure: { type: 'database.missing' }, isGone: true });
  });

  it('has failed when Exchange says no and nothing is seen of it, and has not when it was done all the same', async () => {
    world.changes.manner = 'refuse';
    await order(world, { kind: 'dismount' });
    expect(end(world)).toMatchObject({ outcome: 'failed', failure: { type: 'host.failed' }, changed: true });
    world.changes.manner = 'lose';
    await order(world, { kind: 'dismount' }, { number: 2 });
    expect(end(world, 2)).toMatchObject({ outcome: 'succeeded', changed: true });
  });

  it('is not believed before Exchange shows it', async () => {
    world.changes.manner = 'ignore';
    await order(world, { kind: 'dismount' });
    await world.clock.advance(5_000);
    expect(end(world)).toBeUndefined();
    world.host.set({ mounted: false });
    await world.clock.advance(1_000);
    expect(end(world)).toMatchObject({ outcome: 'succeeded' });
    expect(world.changes.asked).toEqual(['dismount']);
  });

  it('does nothing without a lease, and nothing that could not be noted', async () => {
    await world.agent.orderStep(stepOrder({ kind: 'dismount' }));
    await world.clock.advance(60_000);
    expect(world.changes.asked).toEqual([]);
    world.conductor.verdicts.set('s1', 'granted');
    world.journal.isFull = true;
    await world.clock.advance(2_000);
    expect([world.changes.asked, end(world)?.failure?.type]).toEqual([[], 'journal.unwritable']);
  });

  it('is not acknowledged when the order cannot be kept', async () => {
    world.journal.isFull = true;
    await expect(world.agent.orderStep(stepOrder({ kind: 'dismount' }))).rejects.toThrow('no space left');
  });

  it('ordered again is answered with how things stand, and done once', async () => {
    await order(world, { kind: 'dismount' });
    await order(world, { kind: 'dismount' });
    expect(world.changes.asked).toEqual(['dismount']);
    expect(world.results.steps.map(({ kind }) => kind)).toEqual(['stepAccepted', 'stepEnded', 'stepEnded']);
  });

  it('of an earlier conductor, or older than another of the same restore, is refused', async () => {
    await order(world, { kind: 'readState' }, { number: 3, epoch: 2 });
    await order(world, { kind: 'dismount' }, { number: 2, epoch: 2 });
    await order(world, { kind: 'dismount' }, { number: 4, epoch: 1 });
    expect(world.changes.asked).toEqual([]);
    expect([end(world, 2), end(world, 4)].map((told) => [told?.outcome, told?.failure?.type])).toEqual([
      ['refused', 'step.superseded'],
      ['refused', 'step.superseded'],
    ]);
  });

  it('that is not known, and asked for, is never begun', async () => {
    await world.agent.describeStep(stepOrder({ kind: 'dismount' }));
    await settle();
    expect(end(world)).toMatchObject({ outcome: 'refused', failure: { type: 'step.unknown' } });
    await order(world, { kind: 'dismount' });
    expect(world.changes.asked).toEqual([]);
  });

  it('that hangs in Exchange is stopped with its lease, but not told before Exchange answers or the wait is over', async () => {
    world.changes.manner = 'hang';
    await order(world, { kind: 'dismount' });
    world.conductor.isSilent = true;
    await world.clock.advance(12_000);
    expect(end(world)).toBeUndefined();
    await world.clock.advance(world.limits.releaseWaitMs);
    expect(end(world)).toMatchObject({
      outcome: 'stopped',
      failure: { type: 'lease.expired', details: { released: false } },
    });
  });
});

describe('a step about a recovery database', () => {
  const named = { databaseGuid: null, databaseName: 'RDB1' };

  it('creates it once, and takes it away when it is dismounted', async () => {
    await order(world, { kind: 'createRecoveryDatabase' }, named);
    await order(world, { kind: 'createRecoveryDatabase' }, { ...named, number: 2 });
    expect(world.changes.asked).toEqual(['create RDB1']);
    world.host.databases = world.host.databases.map((each) => (each.recovery ? { ...each, mounted: true } : each));
    await order(world, { kind: 'removeRecoveryDatabase' }, { ...named, number: 3 });
    expect(world.changes.asked).toEqual(['create RDB1', 'dismount', 'remove']);
    expect(end(world, 3)).toMatchObject({ outcome: 'succeeded', isGone: true });
  });

  it('is refused while another is mounted here, or a database of that name is none', async () => {
    world.host.databases.push(database({ guid: RUN_ID, name: 'RDB0', recovery: true, activeMember: MEMBER }));
    await order(world, { kind: 'createRecoveryDatabase' }, named);
    expect(end(world)).toMatchObject({ outcome: 'refused', failure: { type: 'recovery.occupied' } });
    await order(world, { kind: 'removeRecoveryDatabase' }, { number: 2 });
    expect(end(world, 2)).toMatchObject({ outcome: 'refused', failure: { type: 'database.not-recovery' } });
    expect(world.changes.asked).toEqual([]);
  });
});
