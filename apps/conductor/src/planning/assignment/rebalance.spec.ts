import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  assign,
  DEFAULT_EFFORT,
  rebalance,
  rebalanceParts,
  REBALANCE_SETTINGS,
  type AssignmentProblem,
  type Move,
  type QueuedJob,
  type RebalanceSettings,
} from './index.js';
import { problemOf, rawProblem } from './testing/problems.js';

const ROUNDS_TO_REST_MAX = 10;
const HOUR_MS = 3_600_000;
const EAGER: RebalanceSettings = { ...REBALANCE_SETTINGS, gainMinMs: 1, gainMinShare: 0, leewayShare: 0 };

/** Two members, six jobs of an hour each, three waiting on each; the streams get free then. */
function halfAndHalf(freeAtHours: readonly [number, number]): AssignmentProblem {
  return {
    members: freeAtHours.map((hours, index) => ({ id: `m${index}`, streamsFreeAtMs: [hours * HOUR_MS] })),
    jobs: [1, 2, 3, 4, 5, 6].map((n) => ({
      id: `j${n}`,
      options: ['m0', 'm1'].map((member) => ({ member, durationMs: HOUR_MS })),
    })),
  };
}

function waiting(changes: Partial<QueuedJob> = {}): ReadonlyMap<string, QueuedJob> {
  return new Map(
    [1, 2, 3, 4, 5, 6].map((n) => [`j${n}`, { member: n <= 3 ? 'm0' : 'm1', moves: 0, movedAgoMs: null, ...changes }]),
  );
}

describe('rebalance', () => {
  it('leaves alone what is as good as it gets', () => {
    expect(rebalance(halfAndHalf([0, 0]), waiting())).toEqual([]);
  });

  it('moves from the member that is late, and no more than needed', () => {
    const moves = rebalance(halfAndHalf([2, 0]), waiting());
    expect(moves).toHaveLength(1);
    expect(moves[0]).toMatchObject({ from: 'm0', to: 'm1', finishBeforeMs: 5 * HOUR_MS, finishAfterMs: 4 * HOUR_MS });
  });

  it('moves nothing for a small gain', () => {
    const settings = { ...REBALANCE_SETTINGS, gainMinShare: 0.25 };
    expect(rebalance(halfAndHalf([2, 0]), waiting(), settings)).toEqual([]);
    expect(rebalance(halfAndHalf([2, 0]), waiting(), { ...EAGER, gainMinMs: 2 * HOUR_MS })).toEqual([]);
  });

  it('lets a job rest that was moved lately, or often enough', () => {
    expect(rebalance(halfAndHalf([2, 0]), waiting({ moves: 1, movedAgoMs: 1_000 }))).toEqual([]);
    expect(rebalance(halfAndHalf([2, 0]), waiting({ moves: 3, movedAgoMs: HOUR_MS }))).toEqual([]);
    expect(rebalance(halfAndHalf([2, 0]), waiting({ moves: 1, movedAgoMs: HOUR_MS }))).toHaveLength(1);
  });

  it('moves no more than so many at once', () => {
    expect(rebalance(halfAndHalf([6, 0]), waiting())).toHaveLength(3);
    expect(rebalance(halfAndHalf([6, 0]), waiting(), { ...REBALANCE_SETTINGS, movesMax: 2 })).toHaveLength(2);
  });

  /** Members m0 to m2 share one stream; m3 has its own. Each of these jobs of an hour waits on the member named. */
  function sharing(...at: readonly string[]) {
    const limits = [{ name: 'storage server SP1', streams: 1, members: ['m0', 'm1', 'm2'] }];
    const members = ['m0', 'm1', 'm2', 'm3'].map((id) => ({ id, streamsFreeAtMs: [0] }));
    const jobs = at.map((_, n) => ({
      id: `j${n}`,
      options: members.map(({ id }) => ({ member: id, durationMs: HOUR_MS })),
    }));
    const queued = new Map(at.map((member, n) => [`j${n}`, { member, moves: 0, movedAgoMs: null }]));
    return { problem: { members, jobs, limits }, queued };
  }

  it('moves from behind a limit that several members share, though none of them is late by itself', () => {
    const { problem, queued } = sharing('m0', 'm0', 'm1', 'm1', 'm2', 'm2');
    const moves = rebalance(problem, queued);
    expect(moves.map(({ to }) => to)).toEqual(['m3', 'm3', 'm3']);
    expect(moves[0]).toMatchObject({ finishBeforeMs: 6 * HOUR_MS, finishAfterMs: 3 * HOUR_MS });
    expect(rebalance({ ...problem, limits: [] }, queued)).toEqual([]);
  });

  it('moves nothing to a member that is free and behind a limit that is not', () => {
    const { problem, queued } = sharing('m0', 'm0', 'm0', 'm3', 'm3', 'm3', 'm3');
    expect(rebalance(problem, queued)).toEqual([]);
    expect(rebalance({ ...problem, limits: [] }, queued).map(({ to }) => to)).toContain('m1');
  });

  it('moves nothing where the gap between starts, and not the work, makes a member late', () => {
    const { members, jobs } = halfAndHalf([0, 0]);
    const gaps = members.map((member) => ({ ...member, streamsFreeAtMs: [0, 0, 0], startGapMs: 2 * HOUR_MS }));
    expect(rebalance({ members: gaps, jobs }, waiting())).toEqual([]);
  });

  it('decides for each part by its share of a limit that spans several, so that the part alone gives the same', () => {
    const two = ['a', 'b'].map((prefix) => ({
      members: ['0', '1'].map((id) => ({ id: prefix + id, streamsFreeAtMs: [0] })),
      jobs: ['1', '2', '3', '4'].map((id) => ({
        id: prefix + id,
        options: ['0', '1'].map((member) => ({ member: prefix + member, durationMs: HOUR_MS })),
      })),
    }));
    const problem = {
      members: two.flatMap(({ members }) => members),
      jobs: two.flatMap(({ jobs }) => jobs),
      limits: [{ name: 'all members together', streams: 4, members: ['a0', 'a1', 'b0', 'b1'] }],
    };
    const queued = new Map(problem.jobs.map(({ id }) => [id, { member: `${id[0]}0`, moves: 0, movedAgoMs: null }]));
    const parts = rebalanceParts(problem, queued);
    expect(parts.map((part) => part.problem.limits?.map(({ streams }) => streams))).toEqual([[2], [2]]);
    for (const part of parts) {
      expect(part.moves).toHaveLength(2);
      expect(rebalance(part.problem, queued)).toEqual(part.moves);
    }
  });

  it('leaves out a job whose member is no option any more', () => {
    expect(rebalance(halfAndHalf([0, 0]), waiting({ member: 'm9' }))).toEqual([]);
  });

  it('moves to an option, never beside its group, never later', () => {
    fc.assert(
      fc.property(rawProblem(), fc.infiniteStream(fc.nat(3)), (raw, picks) => {
        const problem = withoutLimits(problemOf(raw));
        const queued = anyQueues(problem, picks);
        const moves = rebalance(problem, queued, EAGER);
        for (const move of moves) {
          const job = problem.jobs.find(({ id }) => id === move.job);
          expect(queued.get(move.job)?.member).toBe(move.from);
          expect(job?.options.map(({ member }) => member)).toContain(move.to);
          expect(move.finishAfterMs).toBeLessThan(move.finishBeforeMs);
        }
        const after = applied(queued, moves);
        expectGroupsApart(problem, after);
      }),
    );
  });

  it('comes to rest where nothing changes: it does not flap', () => {
    fc.assert(
      fc.property(rawProblem(), fc.infiniteStream(fc.nat(3)), (raw, picks) => {
        const problem = withoutLimits(problemOf(raw));
        let queued = anyQueues(problem, picks);
        let rounds = 0;
        for (
          let moves = rebalance(problem, queued, EAGER);
          moves.length > 0;
          moves = rebalance(problem, queued, EAGER)
        ) {
          queued = applied(queued, moves);
          rounds += 1;
          expect(rounds).toBeLessThanOrEqual(ROUNDS_TO_REST_MAX);
        }
      }),
    );
  });
});

function withoutLimits({ members, jobs }: AssignmentProblem): AssignmentProblem {
  return { members, jobs };
}

/** A plan for a distorted problem: what was right before reality differed. */
function anyQueues(problem: AssignmentProblem, picks: fc.Stream<number>): ReadonlyMap<string, QueuedJob> {
  const jobs = problem.jobs.map((job) => ({
    ...job,
    options: job.options.map((option) => ({ ...option, durationMs: option.durationMs * (1 + next(picks)) })),
  }));
  const plan = assign({ ...problem, jobs }, { ...DEFAULT_EFFORT, stepsMax: 0 });
  return new Map([...plan.placed.values()].map(({ job, member }) => [job, { member, moves: 0, movedAgoMs: null }]));
}

function next(picks: fc.Stream<number>): number {
  return picks.next().value;
}

function applied(queued: ReadonlyMap<string, QueuedJob>, moves: readonly Move[]): ReadonlyMap<string, QueuedJob> {
  const result = new Map(queued);
  for (const { job, to } of moves) result.set(job, { member: to, moves: 0, movedAgoMs: null });
  return result;
}

function expectGroupsApart(problem: AssignmentProblem, queued: ReadonlyMap<string, QueuedJob>): void {
  const places = problem.jobs.flatMap(({ id, group }) => {
    const member = queued.get(id)?.member;
    return group === undefined || member === undefined ? [] : [`${group} on ${member}`];
  });
  expect(new Set(places).size).toBe(places.length);
}
