import { modelOf, type Model } from './model.js';
import type { AssignmentJob, AssignmentMember, AssignmentProblem } from './problem.js';

interface Island {
  readonly members: AssignmentMember[];
  readonly jobs: AssignmentJob[];
}

/**
 * Parts of the problem that share no member: where each job goes in one says nothing about the others. Every DAG is at least one.
 * A limit that spans several delays starts and leaves the choice of members alone, so it does not join them.
 */
export function islandsOf(problem: AssignmentProblem): readonly Model[] {
  return partsOf(problem).map(modelOf);
}

/** The same parts as problems of their own, without the limits. */
export function partsOf(problem: AssignmentProblem): readonly Island[] {
  const rootOf = joined(problem);
  const islands = new Map<string, Island>();
  const islandOf = (member: string): Island => {
    const root = rootOf(member);
    const island = islands.get(root) ?? { members: [], jobs: [] };
    islands.set(root, island);
    return island;
  };
  for (const member of problem.members) islandOf(member.id).members.push(member);
  for (const job of problem.jobs) if (job.options.length > 0) islandOf(job.options[0].member).jobs.push(job);
  return [...islands.values()]
    .filter(({ jobs }) => jobs.length > 0)
    .map(({ members, jobs }) => ({ members: members.toSorted((a, b) => (a.id < b.id ? -1 : 1)), jobs }))
    .toSorted((a, b) => (a.members[0].id < b.members[0].id ? -1 : 1));
}

/** Joins the members that a job could go to; the answer names one member of each part. */
function joined(problem: AssignmentProblem): (member: string) => string {
  const above = new Map(problem.members.map(({ id }) => [id, id]));
  const rootOf = (member: string): string => {
    let root = member;
    for (let next = above.get(root); next !== undefined && next !== root; next = above.get(root)) root = next;
    above.set(member, root);
    return root;
  };
  for (const { options } of problem.jobs) {
    for (const { member } of options.slice(1)) above.set(rootOf(member), rootOf(options[0].member));
  }
  return rootOf;
}
