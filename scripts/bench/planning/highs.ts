import { createRequire } from 'node:module';
import type * as highs from 'highs';
import type { AssignmentProblem } from '../../../apps/conductor/src/planning/assignment/index.js';

// The package describes its CommonJS build only.
const loadHighs = createRequire(import.meta.url)('highs') as typeof highs.default.default;
let loading: ReturnType<typeof loadHighs> | undefined;

function solver(): ReturnType<typeof loadHighs> {
  loading ??= loadHighs();
  return loading;
}

/** The finish of the best plan in which jobs may be split over members (linear programme), or the longest job, if later. */
export async function boundByHighs(problem: AssignmentProblem): Promise<number> {
  const solution = (await solver()).solve(linearProgramme(problem, ''), { output_flag: false });
  if (solution.Status !== 'Optimal') throw new Error(`HiGHS found no bound: ${solution.Status}`);
  const longestMs = problem.jobs.map(({ options }) => Math.min(...options.map(({ durationMs }) => durationMs)));
  return Math.max(solution.ObjectiveValue * SCALE_MS, ...longestMs);
}

/** The best plan found in that time by branch and cut: the member of each job, or undefined where none was found. */
export async function solveExactly(
  problem: AssignmentProblem,
  limitSeconds: number,
): Promise<readonly string[] | undefined> {
  const names = problem.jobs.flatMap(({ options }, job) => options.map((_, option) => nameOf(job, option)));
  const model = linearProgramme(problem, `Binaries\n ${names.join('\n ')}\n`);
  const solution = (await solver()).solve(model, { output_flag: false, time_limit: limitSeconds });
  const chosen = problem.jobs.map(({ options }, job) =>
    options.find((_, option) => primalOf(solution.Columns[nameOf(job, option)]) > 0.5),
  );
  return chosen.every((option) => option !== undefined) ? chosen.map(({ member }) => member) : undefined;
}

/** The programme is written in hours: solvers like numbers of everyday size. */
const SCALE_MS = 3_600_000;

function linearProgramme({ members, jobs }: AssignmentProblem, integers: string): string {
  const once = jobs.map(
    ({ options }, job) => ` once${job}: ${options.map((_, option) => nameOf(job, option)).join(' + ')} = 1`,
  );
  const loads = new Map(members.map(({ id }) => [id, '']));
  for (const [job, { options }] of jobs.entries()) {
    for (const [option, { member, durationMs }] of options.entries()) {
      loads.set(member, `${loads.get(member)} + ${durationMs / SCALE_MS} ${nameOf(job, option)}\n`);
    }
  }
  const ends = members.flatMap(({ id, streamsFreeAtMs }, member) => {
    const load = loads.get(id);
    return load ? [` end${member}: ${load} - ${streamsFreeAtMs.length} T <= 0`] : [];
  });
  return `Minimize\n finish: T\nSubject To\n${[...once, ...ends].join('\n')}\n${integers}End\n`;
}

function nameOf(job: number, option: number): string {
  return `x${job}_${option}`;
}

function primalOf(column: object | undefined): number {
  return column !== undefined && 'Primal' in column && typeof column.Primal === 'number' ? column.Primal : 0;
}
