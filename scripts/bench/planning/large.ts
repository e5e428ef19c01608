import { assign, type AssignmentProblem } from '../../../apps/conductor/src/planning/assignment/index.js';
import { instanceOf, problemOf, type Shape } from './instances.js';
import { Stopwatch, type Times } from './statistics.js';

const DAG: Shape = { members: 16, databases: 100, copies: 4 };

export interface Large {
  readonly dags: number;
  readonly databases: number;
  readonly planning: Times;
  /** Planned finish over the planner's own bound. */
  readonly finishOverBound: number;
}

/** So many DAGs in one run, planned at once. */
export function measureLarge(dags: number, repeats: number): Large {
  const parts = Array.from({ length: dags }, (_, dag) => renamed(problemOf(instanceOf(DAG, 'speeds', dag + 1)), dag));
  const problem: AssignmentProblem = {
    members: parts.flatMap(({ members }) => members),
    jobs: parts.flatMap(({ jobs }) => jobs),
  };
  const stopwatch = new Stopwatch();
  let finishOverBound = NaN;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { finishMs, boundMs } = stopwatch.time(() => assign(problem));
    finishOverBound = finishMs / boundMs;
  }
  return { dags, databases: problem.jobs.length, planning: stopwatch.times, finishOverBound };
}

function renamed({ members, jobs }: AssignmentProblem, dag: number): AssignmentProblem {
  const within = (id: string): string => `dag${dag}/${id}`;
  return {
    members: members.map((member) => ({ ...member, id: within(member.id) })),
    jobs: jobs.map((job) => ({
      ...job,
      id: within(job.id),
      options: job.options.map((option) => ({ ...option, member: within(option.member) })),
    })),
  };
}
