import { placeGreedily } from './greedy.js';
import { modelOf } from './model.js';
import type { AssignmentProblem, UnplacedJob } from './problem.js';
import { NOWHERE, Workload } from './workload.js';

export interface Separated {
  readonly placeable: AssignmentProblem;
  readonly unplaced: readonly UnplacedJob[];
  /** All that can be placed, placed greedily. */
  readonly greedy: Workload;
}

/** What can be placed at all, and what cannot; of a group too large for its members, as many as they can take. */
export function separate(problem: AssignmentProblem): Separated {
  return place(withoutShut(problem));
}

function place(problem: AssignmentProblem): Separated {
  const greedy = new Workload(modelOf(problem));
  placeGreedily(greedy);
  const { jobIds, jobOptions } = greedy.model;
  const unplaced = jobIds.flatMap((job, index): UnplacedJob[] => {
    if (greedy.streamOf[index] !== NOWHERE) return [];
    const hasOption = jobOptions[index + 1] > jobOptions[index];
    return [{ job, reason: hasOption ? 'group-needs-more-members' : 'no-option' }];
  });
  if (unplaced.length === 0) return { placeable: problem, unplaced, greedy };
  const left = new Set(unplaced.map(({ job }) => job));
  return { ...place({ ...problem, jobs: problem.jobs.filter(({ id }) => !left.has(id)) }), unplaced };
}

/** A member without streams takes nothing, and nor does one behind a limit of none. */
export function withoutShut(problem: AssignmentProblem): AssignmentProblem {
  const limits = problem.limits ?? [];
  const shut = new Set([
    ...problem.members.filter(({ streamsFreeAtMs }) => streamsFreeAtMs.length === 0).map(({ id }) => id),
    ...limits.filter(({ streams }) => streams === 0).flatMap(({ members }) => members),
  ]);
  if (shut.size === 0) return problem;
  return {
    ...problem,
    jobs: problem.jobs.map((job) => ({ ...job, options: job.options.filter(({ member }) => !shut.has(member)) })),
  };
}
