import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assign, DEFAULT_EFFORT, lowerBound, type Assignment, type AssignmentProblem } from './index.js';
import { problemOf, rawProblem, type RawProblem } from './testing/problems.js';
import { timetableOf } from './timetable.js';
import { separate } from './separate.js';

const EFFORT = { ...DEFAULT_EFFORT, stepsPerIslandMax: 1_500 };
const RUNS = 100;

/** What must hold of every plan, counted from the plan alone. */
function expectSound(problem: AssignmentProblem, plan: Assignment): void {
  const unplaced = new Set(plan.unplaced.map(({ job }) => job));
  for (const job of problem.jobs) {
    const placed = plan.placed.get(job.id);
    expect(placed === undefined).toBe(unplaced.has(job.id));
    if (!placed) continue;
    const option = job.options.find(({ member }) => member === placed.member);
    expect(placed.endMs - placed.startMs).toBeCloseTo(option?.durationMs ?? NaN, 6);
    expect(placed.endMs).toBeLessThanOrEqual(plan.finishMs);
    for (const mate of problem.jobs) {
      const other = plan.placed.get(mate.id);
      if (!other || mate.id === job.id || job.group === undefined || mate.group !== job.group) continue;
      expect(other.member).not.toBe(placed.member);
      expect(other.endMs <= placed.startMs || placed.endMs <= other.startMs).toBe(true);
    }
  }
  for (const member of problem.members) expectMember(problem, plan, member.id);
  for (const limit of problem.limits ?? []) {
    expect(mostAtOnce(problem, plan, limit.members)).toBeLessThanOrEqual(
      Math.max(limit.streams, busyFromBefore(problem, limit.members)),
    );
  }
}

function expectMember(problem: AssignmentProblem, plan: Assignment, id: string): void {
  const member = problem.members.find((each) => each.id === id);
  expect(mostAtOnce(problem, plan, [id])).toBeLessThanOrEqual(member?.streamsFreeAtMs.length ?? 0);
  const queue = (plan.queues.get(id) ?? []).map((job) => plan.placed.get(job));
  for (const [index, placed] of queue.entries()) {
    expect(placed?.member).toBe(id);
    if (index === 0) continue;
    const gapMs = (placed?.startMs ?? NaN) - (queue[index - 1]?.startMs ?? NaN);
    expect(gapMs).toBeGreaterThanOrEqual(member?.startGapMs ?? 0);
  }
}

function busyFromBefore(problem: AssignmentProblem, members: readonly string[]): number {
  return problem.members
    .filter(({ id }) => members.includes(id))
    .flatMap(({ streamsFreeAtMs }) => streamsFreeAtMs)
    .filter((freeMs) => freeMs > 0).length;
}

function mostAtOnce(problem: AssignmentProblem, plan: Assignment, members: readonly string[]): number {
  const spans = [
    ...[...plan.placed.values()].filter(({ member, startMs, endMs }) => members.includes(member) && endMs > startMs),
    ...problem.members
      .filter(({ id }) => members.includes(id))
      .flatMap(({ streamsFreeAtMs }) => streamsFreeAtMs.map((endMs) => ({ startMs: 0, endMs })))
      .filter(({ endMs }) => endMs > 0),
  ];
  const at = spans.map(({ startMs }) => spans.filter((span) => span.startMs <= startMs && startMs < span.endMs).length);
  return Math.max(0, ...at);
}

function shuffled(problem: AssignmentProblem): AssignmentProblem {
  return {
    members: problem.members.toReversed(),
    jobs: problem.jobs.toReversed().map((job) => ({ ...job, options: job.options.toReversed() })),
    limits: (problem.limits ?? []).toReversed().map((limit) => ({ ...limit, members: limit.members.toReversed() })),
  };
}

const given = (property: (problem: AssignmentProblem) => void): void => {
  fc.assert(
    fc.property(rawProblem(), (raw: RawProblem) => property(problemOf(raw))),
    { numRuns: RUNS },
  );
};

describe('any plan', () => {
  it('places every job on one of its options, keeps groups apart, and holds streams, gaps and limits', () => {
    given((problem) => expectSound(problem, assign(problem, EFFORT)));
  });

  it('finishes no later than the greedy one', () => {
    given((problem) => {
      const greedyMs = timetableOf(separate(problem).greedy).finishMs;
      expect(assign(problem, EFFORT).finishMs).toBeLessThanOrEqual(greedyMs * (1 + 1e-9));
    });
  });

  it('finishes no earlier than the bound', () => {
    given((problem) => {
      const { boundMs } = lowerBound(problem);
      const plan = assign(problem, EFFORT);
      expect(boundMs).toBeLessThanOrEqual(plan.finishMs * (1 + 1e-9));
      expect(plan.boundMs).toBeLessThanOrEqual(plan.finishMs);
    });
  });

  it('is the same, whatever the order of the input', () => {
    given((problem) => {
      const plan = assign(problem, EFFORT);
      const again = assign(shuffled(problem), EFFORT);
      expect(Object.fromEntries(again.placed)).toEqual(Object.fromEntries(plan.placed));
      expect(Object.fromEntries(again.queues)).toEqual(Object.fromEntries(plan.queues));
      expect(again.binding).toEqual(plan.binding);
      expect(again.finishMs).toBe(plan.finishMs);
    });
  });
});
