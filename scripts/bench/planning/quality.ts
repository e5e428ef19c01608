import { boundByHighs, solveExactly } from './highs.js';
import {
  instanceOf,
  memberId,
  nameOf,
  plannedMembers,
  problemOf,
  type Instance,
  type Series,
  type Shape,
} from './instances.js';
import { RIVALS, finishMs } from './rivals.js';
import { Stopwatch, spreadOf, type Spread, type Times } from './statistics.js';

const EXACT_LIMIT_SECONDS = 3;

export interface Quality {
  readonly shape: string;
  readonly series: Series;
  /** Planned finish over the bound, for each way of planning. */
  readonly ratios: Readonly<Record<string, Spread>>;
  readonly planning: Times;
  /** Instances for which the exact solver had no plan at all when its time was up. */
  readonly exactWithoutPlan: number;
}

export const PLANNER = 'this planner';
export const PLANNER_OF_THE_SAME = 'this planner, same instances';
export const EXACT = `exact, ${EXACT_LIMIT_SECONDS} s`;

/** How near to the bound each way of planning comes. The first few instances go to the exact solver as well. */
export async function measureQuality(
  shape: Shape,
  series: Series,
  instances: number,
  exactInstances: number,
): Promise<Quality> {
  const ratios = new Map<string, number[]>();
  const note = (name: string, ratio: number): void => {
    ratios.set(name, [...(ratios.get(name) ?? []), ratio]);
  };
  const stopwatch = new Stopwatch();
  let exactWithoutPlan = 0;
  for (let seed = 1; seed <= instances; seed += 1) {
    const instance = instanceOf(shape, series, seed);
    const problem = problemOf(instance);
    const boundMs = await boundByHighs(problem);
    const ours = stopwatch.time(() => plannedMembers(instance));
    const ratio = finishMs(instance, ours) / boundMs;
    note(PLANNER, ratio);
    for (const [name, choose] of Object.entries(RIVALS))
      note(name, finishMs(instance, choose(instance, seed)) / boundMs);
    if (seed > exactInstances) continue;
    note(PLANNER_OF_THE_SAME, ratio);
    const exact = await solveExactly(problem, EXACT_LIMIT_SECONDS);
    if (exact) note(EXACT, finishMs(instance, exact.map(memberOf(instance))) / boundMs);
    else exactWithoutPlan += 1;
  }
  const spreads = [...ratios].map(([name, values]) => [name, spreadOf(values)] as const);
  return {
    shape: nameOf(shape),
    series,
    ratios: Object.fromEntries(spreads),
    planning: stopwatch.times,
    exactWithoutPlan,
  };
}

function memberOf({ speeds }: Instance): (id: string) => number {
  const numbers = new Map(speeds.map((_, member) => [memberId(member), member]));
  return (id) => numbers.get(id) ?? NaN;
}
