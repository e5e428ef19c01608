import { describe, expect, it } from '@jest/globals';
import { WorldError } from './errors.js';
import { checkOptions, type WorldOptions } from './options.js';
import { planWorld } from './plan.js';

const OPTIONS: WorldOptions = {
  members: 4,
  databases: 12,
  copies: 3,
  standalone: 2,
  publicFolders: 1,
  withoutClient: 1,
  seed: 1,
  sizeMinBytes: 4 * 2 ** 20,
  sizeMaxBytes: 64 * 2 ** 20,
  rateBytesPerSecond: 1,
};
const plan = (change: Partial<WorldOptions> = {}) => planWorld(checkOptions({ ...OPTIONS, ...change }));

describe('the plan of a lab', () => {
  it('is the same for equal options and another for another seed', () => {
    expect(plan()).toEqual(plan());
    expect(plan().databases[0]?.guid).not.toBe(plan({ seed: 2 }).databases[0]?.guid);
  });

  it('names everything and adds members without client on top', () => {
    expect(plan().members.map((each) => [each.name, each.hasClient])).toEqual([
      ['EX01', true],
      ['EX02', true],
      ['EX03', true],
      ['EX04', true],
      ['EX05', false],
    ]);
    const names = plan().databases.map((each) => each.name);
    expect(names).toEqual(expect.arrayContaining(['MBX01', 'MBX12', 'SA01', 'SA02', 'PF01', 'RDB1']));
    expect(names).toHaveLength(16);
  });

  it('keeps sizes in their bounds and on whole pages', () => {
    for (const { sizeBytes } of plan({ databases: 200 }).databases) {
      expect(sizeBytes % (32 * 1024)).toBe(0);
      expect(sizeBytes).toBeGreaterThanOrEqual(4 * 2 ** 20 - 32 * 1024);
      expect(sizeBytes).toBeLessThanOrEqual(64 * 2 ** 20);
    }
  });

  it('makes the last of three copies lagged, and never the active one', () => {
    for (const { copies, kind } of plan().databases) {
      expect(copies.map((each) => each.lagged)).toEqual(kind === 'dag' ? [false, false, true] : [false]);
      expect(new Set(copies.map((each) => each.member)).size).toBe(copies.length);
    }
    expect(plan({ copies: 2 }).databases.some((each) => each.copies.some((copy) => copy.lagged))).toBe(false);
  });

  it('leaves every database a copy that is not lagged on a member with client', () => {
    for (let members = 1; members <= 6; members += 1) {
      for (let withoutClient = 0; withoutClient <= 6; withoutClient += 1) {
        for (let copies = 1; copies <= members + withoutClient; copies += 1) {
          const { databases, members: all } = plan({ members, withoutClient, copies, recoveryDatabases: 1 });
          const able = new Set(all.filter((each) => each.hasClient).map((each) => each.name));
          const stranded = databases.filter(
            (each) => !each.copies.some((copy) => !copy.lagged && able.has(copy.member)),
          );
          expect({ members, withoutClient, copies, stranded }).toEqual({
            members,
            withoutClient,
            copies,
            stranded: [],
          });
          expect(
            databases.every((each) => new Set(each.copies.map((copy) => copy.member)).size === each.copies.length),
          ).toBe(true);
        }
      }
    }
  });

  it('lists every wrong option at once', () => {
    const wrong = { ...OPTIONS, members: 0, copies: 9, rateBytesPerSecond: 1.5, dagName: 'a b' };
    expect(() => checkOptions(wrong)).toThrow(WorldError);
    expect(() => checkOptions(wrong)).toThrow(
      /members must be[^]*rateBytesPerSecond must be[^]*9 copies need as many members[^]*dagName/,
    );
  });
});
