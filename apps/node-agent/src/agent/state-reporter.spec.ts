import { describe, expect, it } from '@jest/globals';
import { GUID, MEMBER, database } from '../../test-support/samples.js';
import { World } from '../../test-support/world.js';
import { settle } from '../../test-support/sim-clock.js';

const moves = (world: World) =>
  world.results.moves.map(({ category, operationId, database: { activeMember } }) => ({
    category,
    operationId,
    activeMember,
  }));

describe('the state of the member', () => {
  it('is reported at the start, with every poll, and when asked', async () => {
    const world = new World();
    await world.clock.advance(0);
    expect(world.results.reports).toMatchObject([
      {
        memberId: MEMBER,
        memberName: 'EX01',
        client: { installed: true, version: '8.1.0' },
        dag: { name: 'DAG1' },
        databases: [{ guid: GUID }],
        sequence: 0,
      },
    ]);
    await world.clock.advance(15_000);
    world.agent.reportState();
    world.agent.reportState();
    await settle();
    expect(world.results.reports.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
  });

  it('is not reported as empty when Exchange does not answer', async () => {
    const world = new World();
    world.host.isDown = true;
    await world.clock.advance(15_000);
    expect(world.results.reports).toEqual([]);
    world.host.isDown = false;
    await world.clock.advance(15_000);
    expect(world.results.reports).toHaveLength(1);
  });
});

describe('a move', () => {
  it('seen by a poll is told once, before the report that shows it too', async () => {
    const world = new World();
    await world.clock.advance(0);
    world.host.databases = [database({ activeMember: 'ex01' })];
    await world.clock.advance(45_000);
    expect(moves(world)).toEqual([{ category: 'unknown', operationId: undefined, activeMember: 'ex01' }]);
    expect(world.results.moves[0]?.sequence).toBe(1);
    expect(world.results.reports.map(({ sequence }) => sequence)).toEqual([0, 2, 3, 4]);
  });

  it('told by an event is looked at until the database is mounted, and the poll does not tell it again', async () => {
    const world = new World();
    await world.clock.advance(0);
    world.host.hint({ databaseGuid: GUID, operationId: 'op-1', initiator: 'Automatic' });
    await world.clock.advance(3_000);
    world.host.databases = [database({ activeMember: 'ex01', mounted: false })];
    await world.clock.advance(3_000);
    expect(moves(world)).toEqual([]);
    world.host.databases = [database({ activeMember: 'ex01' })];
    await world.clock.advance(1_000);
    expect(moves(world)).toEqual([{ category: 'failover', operationId: 'op-1', activeMember: 'ex01' }]);
    world.host.hint({ databaseGuid: GUID, operationId: 'op-1', initiator: 'Automatic' });
    await world.clock.advance(60_000);
    expect(moves(world)).toHaveLength(1);
  });

  it('back and forth is told each time', async () => {
    const world = new World();
    await world.clock.advance(0);
    for (const activeMember of ['ex01', 'ex02', 'ex01']) {
      world.host.databases = [database({ activeMember })];
      await world.clock.advance(15_000);
    }
    expect(moves(world).map(({ activeMember }) => activeMember)).toEqual(['ex01', 'ex02', 'ex01']);
  });

  it('whose new place is never mounted is told with what is seen after the limit', async () => {
    const world = new World();
    await world.clock.advance(0);
    world.host.databases = [database({ activeMember: 'ex01', mounted: false })];
    world.host.hint({ databaseGuid: GUID, operationId: 'op-2', initiator: 'Admin' });
    await world.clock.advance(14_000);
    expect(moves(world)).toEqual([]);
    await world.clock.advance(20_000);
    expect(moves(world).at(-1)).toEqual({ category: 'switchover', operationId: 'op-2', activeMember: 'ex01' });
  });

  it('told during a look makes that look outdated', async () => {
    const world = new World();
    await world.clock.advance(0);
    const release: (() => void)[] = [];
    const before = [...world.host.databases];
    world.host.listDatabases = () =>
      new Promise((resolve) =>
        release.push(() => resolve({ databases: release.length === 1 ? before : world.host.databases, warnings: [] })),
      );
    await world.clock.advance(15_000);
    world.host.databases = [database({ activeMember: 'ex01' })];
    world.host.hint({ databaseGuid: GUID, operationId: 'op-3' });
    await settle();
    expect(moves(world)).toHaveLength(1);
    release[0]?.();
    await settle();
    release[1]?.();
    await settle();
    expect(world.results.reports.map(({ databases }) => databases[0]?.activeMember)).toEqual(['ex02', 'ex01']);
  });
});
