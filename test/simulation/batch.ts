import type { Violation } from './checks/checker.js';
import { VARIANTS, type VariantName } from './broken.js';
import { simulate } from './simulation.js';

/** Some seeds to simulate, and in what size of world. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly members: number;
  readonly databases: number;
  readonly variant?: VariantName;
  readonly hasRestores?: boolean;
  /** Ends with the first seed that breaks this invariant. */
  readonly until?: Violation['invariant'];
}

export interface Failure {
  readonly seed: number;
  readonly violation: Violation;
}

export interface BatchResult {
  readonly seeds: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly runs: number;
  readonly attempts: number;
  readonly restores: number;
  readonly tasks: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export const NOTHING_YET: BatchResult = {
  seeds: 0,
  events: 0,
  virtualMs: 0,
  runs: 0,
  attempts: 0,
  restores: 0,
  tasks: {},
  faults: {},
  failures: [],
};

export async function runBatch({
  first,
  count,
  members,
  databases,
  variant,
  hasRestores = false,
  until,
}: Batch): Promise<BatchResult> {
  let total = NOTHING_YET;
  for (let seed = first; seed < first + count; seed += 1) {
    const options = { seed, members, databases, hasRestores, ...(variant ? { variant: VARIANTS[variant] } : {}) };
    // One world at a time: two would take turns in the same loop and be none the faster.
    const { violation, steps, virtualMs, runs, attempts, restores, tasks, faults } = await simulate(options);
    total = sum(total, {
      seeds: 1,
      events: steps,
      virtualMs,
      runs,
      attempts,
      restores,
      tasks,
      faults: counted(faults.map(({ kind }) => kind)),
      failures: violation ? [{ seed, violation }] : [],
    });
    if (violation && violation.invariant === until) break;
  }
  return total;
}

export function sum(a: BatchResult, b: BatchResult): BatchResult {
  return {
    seeds: a.seeds + b.seeds,
    events: a.events + b.events,
    virtualMs: a.virtualMs + b.virtualMs,
    runs: a.runs + b.runs,
    attempts: a.attempts + b.attempts,
    restores: a.restores + b.restores,
    tasks: added(a.tasks, b.tasks),
    faults: added(a.faults, b.faults),
    failures: [...a.failures, ...b.failures],
  };
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  return names.reduce<Readonly<Record<string, number>>>((counts, name) => added(counts, { [name]: 1 }), {});
}

function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const both: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) both[name] = (both[name] ?? 0) + count;
  return both;
}
