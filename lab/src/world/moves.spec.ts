import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DatabaseStatus } from './index.js';
import { failover } from './moves.js';
import { SmallLab } from './testing/small-lab.js';

let lab: SmallLab;
const MOVE_DONE_MS = 1_000;
const SETTLED_MS = 2_000;

beforeEach(async () => {
  lab = await SmallLab.create({ standalone: 1, withoutClient: 1 });
});
afterEach(() => lab.remove());

function database(name: string): DatabaseStatus {
  const found = lab.world.status().databases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}
const statuses = (name: string): readonly string[] =>
  database(name).copies.map((copy) => `${copy.member} ${copy.status}`);

describe('a move', () => {
  it('dismounts, mounts at the target with every log, and leaves one event', () => {
    lab.live(5);
    const { generation } = database('MBX01');
    const move = failover(lab.world.store, 'mbx01', 'ex02.contoso.lab', lab.now());
    expect(move).toMatchObject({ database: 'MBX01', from: 'EX01', to: 'EX02' });
    expect(database('MBX01')).toMatchObject({ mounted: false, activeMember: 'EX01', movingTo: 'EX02' });
    expect(statuses('MBX01')).toEqual(['EX01 Dismounted', 'EX02 Healthy', 'EX03 Healthy']);
    lab.tick();
    expect(database('MBX01').mounted).toBe(false);
    for (let step = 0; step < 4; step += 1) lab.tick(MOVE_DONE_MS / 4);
    expect(database('MBX01')).toMatchObject({ mounted: true, activeMember: 'EX02', movingTo: null });
    expect(statuses('MBX01').slice(0, 2)).toEqual(['EX01 Initializing', 'EX02 Mounted']);
    lab.tick(SETTLED_MS);
    expect(statuses('MBX01').slice(0, 2)).toEqual(['EX01 Healthy', 'EX02 Mounted']);
    expect(database('MBX01').generation).toBeGreaterThanOrEqual(generation);
    expect(lab.world.status().moves).toEqual([
      expect.objectContaining({ operationId: move.operationId, from: 'EX01', to: 'EX02', category: 'failover' }),
    ]);
  });

  it.each([
    ['MBX9', 'EX02', /no database "MBX9".*did you mean MBX0/],
    ['MBX01', 'EX22', /no member "EX22".*did you mean EX02/],
    ['MBX01', 'EX04', /no copy there; its passive copies are on EX02, EX03/],
    ['MBX01', 'EX01', /active there already/],
    ['MBX01', 'EX03', /lagged/],
    ['SA01', 'EX02', /no other copy/],
  ])('of %s to %s is refused with the reason', (name, member, reason) => {
    expect(() => lab.world.switchover(name, member)).toThrow(reason);
    expect(database('MBX01')).toMatchObject({ mounted: true, movingTo: null });
  });

  it('to a failed copy is refused, as is a second move', () => {
    lab.world.setCopyStatus('MBX01', 'EX02', 'failed');
    expect(() => lab.world.switchover('MBX01', 'EX02')).toThrow(/is Failed/);
    expect(() => lab.world.failover('MBX01', 'EX02')).toThrow(/is Failed/);
    lab.world.failover('MBX01', 'EX03');
    expect(() => lab.world.failover('MBX01', 'EX03')).toThrow(/already moving/);
  });

  it('goes elsewhere when its target dies before it mounted', () => {
    lab.world.failover('MBX01', 'EX02');
    lab.world.stopMember('EX02');
    lab.live(3);
    expect(database('MBX01')).toMatchObject({ mounted: true, activeMember: 'EX01', movingTo: null });
  });
});

describe('a member that stops', () => {
  it('loses its databases to others where it can, and gets the rest back when it starts', () => {
    const alone = database('SA01').activeMember;
    const stopped = lab.world.stopMember(alone.toLowerCase());
    expect(stopped.dismounted).toEqual(['SA01']);
    expect(stopped.failingOver).toEqual([{ database: 'MBX01', to: 'EX02' }]);
    lab.live(3);
    expect(database('MBX01')).toMatchObject({ mounted: true, activeMember: 'EX02' });
    expect(statuses('MBX01')[0]).toBe('EX01 ServiceDown');
    expect(database('SA01').mounted).toBe(false);
    lab.world.startMember(alone);
    lab.live(4);
    expect(database('SA01').mounted).toBe(true);
    expect(statuses('MBX01')[0]).toBe('EX01 Healthy');
  });
});

describe('a copy status', () => {
  it('is refused when it is not one, on the active copy, and where there is no copy', () => {
    expect(() => lab.world.setCopyStatus('MBX01', 'EX02', 'Broken')).toThrow(/cannot be "Broken"; it can be Healthy/);
    expect(() => lab.world.setCopyStatus('MBX01', 'EX01', 'Failed')).toThrow(/active one/);
    expect(() => lab.world.setCopyStatus('MBX01', 'EX04', 'Failed')).toThrow(/no copy on EX04/);
    expect(() => lab.world.setRate('EX01', 0)).toThrow(/1 or more/);
  });
});
