import { describe, expect, it } from '@jest/globals';
import { assign } from '../../apps/conductor/src/planning/assignment/index.js';
import { fuzz } from '../../scripts/bench/planning/fuzz.js';
import { violationsOf } from '../../scripts/bench/planning/inspection.js';
import { instanceOf, plannedMembers, problemOf, type Shape } from '../../scripts/bench/planning/instances.js';
import { boundByHighs } from '../../scripts/bench/planning/highs.js';
import { finishMs } from '../../scripts/bench/planning/rivals.js';
import { anyWorld } from '../../scripts/bench/planning/any-world.js';
import { quantile } from '../../scripts/bench/planning/statistics.js';
import { fuzzWorlds } from '../../scripts/bench/planning/world-fuzz.js';
import { worldViolations } from '../../scripts/bench/planning/world-inspection.js';
import { seeded } from '../../apps/conductor/src/planning/assignment/seeded.js';

const DATABASE_RUNS = 4_000;
const INSTANCES = 9;
const WORLDS = 60;

describe('random runs', () => {
  it('read no copy that must not be read, and account for every database', () => {
    expect(fuzzWorlds(DATABASE_RUNS).violations).toEqual([]);
  });

  it('are seen through: reading any copy at all, at once, is found out in every way there is', () => {
    const found = new Set<string>();
    for (let seed = 1; seed <= WORLDS; seed += 1) {
      const world = anyWorld(seeded(seed));
      const claims = world.databases.flatMap(({ guid, copies }) =>
        copies.map(({ member }, at) => ({
          databaseGuid: guid,
          copyNumber: at + 1,
          kind: 'placed',
          member,
          startMs: 0,
          endMs: 1_000,
        })),
      );
      for (const violation of worldViolations(world, claims, new Set())) found.add(violation.split(': ')[1] ?? '');
    }
    expect([...found].toSorted()).toMatchInlineSnapshot(`
[
  "a bad status",
  "a drained member",
  "a passive copy, and active only",
  "a recovery database",
  "an excluded member",
  "another backup, or not known not to be",
  "circular logging, or not known not to be",
  "lagged, or not known not to be",
  "more at once than it may",
  "more backups than wanted",
  "no client",
  "no full backup before it",
  "not known to be mounted",
  "seen too long ago",
  "starts too close together",
  "the active copy, and passive only",
  "the agent is not there",
  "two backups at once",
  "two backups in one site",
]
`);
  });
});

describe('random problems', () => {
  it('are planned without breaking a limit or taking a copy that is not eligible', () => {
    expect(fuzz(DATABASE_RUNS).violations).toEqual([]);
  });
});

describe('the inspection', () => {
  const problem = {
    members: ['a', 'b'].map((id) => ({ id, streamsFreeAtMs: [0], startGapMs: 5 })),
    jobs: ['x', 'y'].map((id) => ({ id, options: [{ member: 'a', durationMs: 10 }], group: 'g' })),
    limits: [{ name: 'both', streams: 1, members: ['a', 'b'] }],
  };
  const plan = assign({ ...problem, jobs: problem.jobs.slice(0, 1) });
  const at = (job: string, member: string, startMs: number) =>
    [job, { job, member, startMs, endMs: startMs + 10 }] as const;
  const inspected = (...placed: readonly ReturnType<typeof at>[]) =>
    violationsOf(problem, { ...plan, placed: new Map(placed), finishMs: 100 });

  it('sees nothing wrong with what is right', () => {
    expect(violationsOf(problem, { ...plan, unplaced: [{ job: 'y', reason: 'no-option' }] })).toEqual([]);
  });

  it('sees what is left out', () => {
    expect(inspected(at('x', 'a', 0))).toEqual(['y is neither placed nor said to be left']);
  });

  it('sees what is on a member that is not eligible, and limits that are broken', () => {
    expect(inspected(at('x', 'a', 0), at('y', 'b', 2))).toEqual([
      'y is on b, which is not eligible',
      'group g allows 1 at once, and more run at 2',
      'both allows 1 at once, and more run at 2',
    ]);
  });

  it('sees starts too close together, and a group that meets', () => {
    expect(inspected(at('x', 'a', 0), at('y', 'a', 3))).toEqual([
      'group g meets on a member',
      'group g allows 1 at once, and more run at 3',
      'member a allows 1 at once, and more run at 3',
      'member a starts two closer together than 5 ms',
      'both allows 1 at once, and more run at 3',
    ]);
  });
});

describe('plans', () => {
  it.each<[Shape, number]>([
    [{ members: 5, databases: 30, copies: 4 }, 1.005],
    [{ members: 16, databases: 100, copies: 4 }, 1.015],
  ])('of %o finish within %f of what is possible', async (shape, goal) => {
    const ratios: number[] = [];
    for (let seed = 1; seed <= INSTANCES; seed += 1) {
      const instance = instanceOf(shape, 'speeds', seed);
      ratios.push(finishMs(instance, plannedMembers(instance)) / (await boundByHighs(problemOf(instance))));
    }
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(quantile(ratios, 0.5)).toBeLessThanOrEqual(goal);
  });
});
