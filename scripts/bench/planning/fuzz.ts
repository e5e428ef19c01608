import { assign, DEFAULT_EFFORT } from '../../../apps/conductor/src/planning/assignment/index.js';
import { seeded } from '../../../apps/conductor/src/planning/assignment/seeded.js';
import { anyProblem } from './any-problem.js';
import { violationsOf } from './inspection.js';

const EFFORT = { ...DEFAULT_EFFORT, stepsPerIslandMax: 2_000 };
/** Enough to see what is wrong. */
const VIOLATIONS_MAX = 20;

export interface Fuzzed {
  /** What was planned at random. */
  readonly what: 'assignments' | 'runs';
  readonly runs: number;
  /** Databases planned, each once per run that wanted it. */
  readonly databaseRuns: number;
  /** Those that got a place. */
  readonly placed: number;
  readonly violations: readonly string[];
}

/** Plans random problems until so many databases were planned, and looks for anything that a plan must not do. */
export function fuzz(databaseRunsMin: number): Fuzzed {
  const violations: string[] = [];
  let runs = 0;
  let databaseRuns = 0;
  let placed = 0;
  while (databaseRuns < databaseRunsMin && violations.length < VIOLATIONS_MAX) {
    runs += 1;
    const problem = anyProblem(seeded(runs));
    databaseRuns += problem.jobs.length;
    const plan = assign(problem, EFFORT);
    placed += plan.placed.size;
    const found = violationsOf(problem, plan);
    violations.push(...found.map((violation) => `problem ${runs}: ${violation}`));
  }
  return { what: 'assignments', runs, databaseRuns, placed, violations };
}
