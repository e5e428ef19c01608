import type { AssignmentLimit, AssignmentProblem } from '../../../apps/conductor/src/planning/assignment/index.js';

const MEMBERS_MAX = 12;
const JOBS_MAX = 80;
const COPIES_MAX = 4;
const DURATION_MAX_MS = 10_000_000;

/** A problem with everything in it: members that are busy or take nothing, gaps, limits that overlap, groups, priorities. */
export function anyProblem(random: () => number): AssignmentProblem {
  const below = (count: number): number => Math.floor(random() * count);
  const rarely = (share: number): boolean => random() < share;
  const members = Array.from({ length: 1 + below(MEMBERS_MAX) }, (_, index) => ({
    id: `m${index}`,
    streamsFreeAtMs: Array.from({ length: rarely(0.05) ? 0 : 1 + below(3) }, () =>
      rarely(0.2) ? below(DURATION_MAX_MS) : 0,
    ),
    startGapMs: rarely(0.2) ? below(DURATION_MAX_MS / 10) : 0,
  }));
  const hasGroups = rarely(0.3);
  const hasPriorities = rarely(0.3);
  const jobs = Array.from({ length: 1 + below(JOBS_MAX) }, (_, index) => {
    const holders = new Set(Array.from({ length: below(COPIES_MAX + 1) }, () => members[below(members.length)].id));
    return {
      id: `j${index}`,
      options: [...holders].map((member) => ({ member, durationMs: below(DURATION_MAX_MS), penalty: below(4) })),
      ...(hasGroups ? { group: `g${below(JOBS_MAX / 2)}` } : {}),
      priority: hasPriorities ? below(3) : 0,
    };
  });
  const limits = Array.from({ length: rarely(0.5) ? below(4) : 0 }, (_, index): AssignmentLimit => {
    const within = members.filter(() => rarely(0.6)).map(({ id }) => id);
    return { name: `limit ${index}`, streams: rarely(0.03) ? 0 : 1 + below(6), members: within };
  });
  return { members, jobs, limits };
}
