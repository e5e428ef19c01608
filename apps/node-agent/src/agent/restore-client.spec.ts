import { beforeEach, describe, expect, it } from '@jest/globals';
import { settle } from '../../test-support/sim-clock.js';
import type { World } from '../../test-support/world.js';
import { RESTORE, READY, end, hostHas, order, stepWorld } from '../../test-support/step-orders.js';

let world: World;
beforeEach(() => {
  world = stepWorld();
});

describe('a step that restores', () => {
  beforeEach(() => hostHas(world, READY));

  it('runs the client for each backup in its order, and tells the bytes of all', async () => {
    await order(world, RESTORE);
    world.client.tell('s1', '400');
    await settle();
    await world.clock.advance(2_000);
    expect(world.conductor.received.at(-1)?.attempts).toEqual([
      { attemptId: 's1', attempt: 1, state: 'running', bytesDone: '400' },
    ]);
    world.client.end('s1', { bytesDone: '1000' });
    await world.clock.advance(100);
    world.client.end('s1', { bytesDone: '50' });
    await world.clock.advance(100);
    expect(
      world.client.restores.map(({ object: { objectName }, isFirst, isLast }) => [objectName, isFirst, isLast]),
    ).toEqual([
      ['1', true, false],
      ['2', false, true],
    ]);
    expect(end(world)).toMatchObject({ outcome: 'succeeded', bytes: '1050', exitCode: 0 });
  });

  it.each([
    ['database.mounted', { mounted: true }],
    ['restore.not-allowed', { allowFileRestore: false }],
    ['database.moved', { activeMember: 'ex02' }],
    ['backup.in-progress', { backupInProgress: true }],
    ['database.renamed', { name: 'OTHER' }],
  ])('is refused, with nothing written: %s', async (type, changes) => {
    hostHas(world, { ...READY, ...changes });
    await order(world, RESTORE);
    expect(end(world)).toMatchObject({ outcome: 'refused', failure: { type }, wrote: false });
    expect(world.client.restores).toEqual([]);
  });

  it('has failed by the client’s exit code; whether it wrote is then not known', async () => {
    await order(world, RESTORE);
    world.client.end('s1', { exitCode: 4, lastLines: ['ANS1017E Session rejected'] });
    await world.clock.advance(100);
    expect(end(world)).toMatchObject({ outcome: 'failed', failure: { type: 'storage.unreachable' }, exitCode: 4 });
    expect(end(world)?.wrote).toBeUndefined();
    expect(world.client.restores).toHaveLength(1);
  });

  it('is killed when its lease ends, and told when it is gone', async () => {
    await order(world, RESTORE);
    world.client.resistsKill = true;
    world.conductor.isSilent = true;
    await world.clock.advance(11_000);
    expect([world.client.killed, end(world)]).toEqual([['s1'], undefined]);
    world.client.end('s1', { exitCode: null });
    await world.clock.advance(100);
    expect(end(world)).toMatchObject({ outcome: 'stopped', failure: { type: 'lease.expired' } });
  });

  it('is killed by order, and by a later step, which waits until it is gone', async () => {
    await order(world, RESTORE);
    world.client.resistsKill = true;
    await order(world, { kind: 'forbidFileRestore' }, { number: 2 });
    await world.clock.advance(5_000);
    expect([world.client.killed, world.changes.asked]).toEqual([['s1'], []]);
    world.client.end('s1', { exitCode: null });
    await world.clock.advance(5_000);
    expect(end(world)).toMatchObject({ outcome: 'stopped', failure: { type: 'step.superseded' } });
    expect([world.changes.asked, end(world, 2)?.outcome]).toEqual([['allow false'], 'succeeded']);
  });
});
