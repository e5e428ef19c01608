import { partsOf } from './islands.js';
import type { AssignmentLimit, AssignmentProblem } from './problem.js';

/**
 * The parts of a problem that share no member, each with its share of the limits that it has in common with others: as many streams as its part of
 * the work that waits there. So each can be judged by itself, and what is kept of it does not grow with the others.
 */
export function partsWithLimits(problem: AssignmentProblem): readonly AssignmentProblem[] {
  const parts = partsOf(problem);
  const works = parts.map(workByMember);
  return parts.map((part, index) => {
    const limits = (problem.limits ?? []).flatMap((limit): readonly AssignmentLimit[] => {
      const members = limit.members.filter((member) => part.members.some(({ id }) => id === member));
      if (members.length === 0) return [];
      const workOf = (work: ReadonlyMap<string, number>): number =>
        limit.members.reduce((sum, member) => sum + (work.get(member) ?? 0), 0);
      const all = works.reduce((sum, work) => sum + workOf(work), 0);
      const share = all === 0 ? 1 : workOf(works[index]) / all;
      return [{ name: limit.name, streams: Math.max(1, Math.round(limit.streams * share)), members }];
    });
    return { ...part, limits };
  });
}

/** What could come to each member: every job counts on each of its members alike, as nobody knows yet where it goes. */
function workByMember({ jobs }: AssignmentProblem): ReadonlyMap<string, number> {
  const work = new Map<string, number>();
  for (const { options } of jobs) {
    for (const { member, durationMs } of options) {
      work.set(member, (work.get(member) ?? 0) + durationMs / options.length);
    }
  }
  return work;
}
