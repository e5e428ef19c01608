import { boundByPrices } from './bound.js';
import { checkProblem } from './check.js';
import { placeGreedily } from './greedy.js';
import { improve } from './improve.js';
import { islandsOf } from './islands.js';
import { strongest, type ProvenBound } from './lower-bound.js';
import { mergerInto } from './merge.js';
import type { Model } from './model.js';
import { polish } from './polish.js';
import type { Assignment, AssignmentProblem, PlacedJob } from './problem.js';
import { separate } from './separate.js';
import { sparingLimits } from './sparing.js';
import { timetableOf, type Timetable } from './timetable.js';
import { NOWHERE, Workload } from './workload.js';

/** How long the search may look, counted in placements looked at: so the same plan comes out on any machine. */
export interface Effort {
  /** For all that is planned at once; parts that share no member get equal shares. */
  readonly stepsMax: number;
  readonly stepsPerIslandMax: number;
  /** A handful of jobs is soon placed as well as they can be. */
  readonly stepsPerJobMax: number;
}

export const DEFAULT_EFFORT: Effort = { stepsMax: 12_000_000, stepsPerIslandMax: 300_000, stepsPerJobMax: 5_000 };

/** Finishes nearer to each other than this are equal. */
const ROUNDING_SHARE = 1e-9;

/** Chooses a member for every job so that all of them finish early together, and the order in which each member starts its own. */
export function assign(problem: AssignmentProblem, effort: Effort = DEFAULT_EFFORT): Assignment {
  checkProblem(problem);
  const { placeable, unplaced, greedy } = separate(problem);
  const { model } = greedy;
  const islands = islandsOf(placeable);
  const shareMax = Math.floor(effort.stepsMax / Math.max(1, islands.length));
  const searched = new Workload(model);
  const merge = mergerInto(searched);
  const bounds: ProvenBound[] = [];
  for (const island of islands) {
    const { stepsPerIslandMax, stepsPerJobMax } = effort;
    const stepsMax = Math.min(shareMax, stepsPerIslandMax, stepsPerJobMax * island.jobIds.length);
    const { workload, ...proven } = solveIsland(island, stepsMax);
    merge(workload);
    bounds.push(proven);
  }
  const candidates = [searched];
  if (model.limits.length > 0) {
    const bound = boundByPrices(model, timetableOf(greedy).finishMs);
    bounds.push({ model, bound });
    const sparing = sparingLimits(searched, bound);
    if (sparing) candidates.push(sparing);
  }
  const { workload, timetable } = earliest([...candidates, greedy]);
  const { boundMs, binding } = strongest(model, bounds);
  return {
    ...described(workload, timetable),
    unplaced,
    finishMs: timetable.finishMs,
    // Both are sums of the same times in different orders: rounding must not put the bound behind the finish.
    boundMs: Math.min(boundMs, timetable.finishMs),
    binding,
  };
}

function solveIsland(model: Model, stepsMax: number): ProvenBound & { readonly workload: Workload } {
  const workload = new Workload(model);
  placeGreedily(workload);
  const bound = boundByPrices(model, workload.finishMs());
  improve(workload, strongest(model, [{ model, bound }]).boundMs, stepsMax);
  workload.recount();
  polish(workload, workload.finishMs(), model.optionPenalty);
  return { model, bound, workload };
}

/** Of equal finishes the first: gaps, limits, groups and priorities may be kinder to a plan that is worse without them. */
function earliest(candidates: readonly Workload[]): { readonly workload: Workload; readonly timetable: Timetable } {
  const [first, ...others] = candidates.map((workload) => ({ workload, timetable: timetableOf(workload) }));
  return others.reduce(
    (best, each) => (each.timetable.finishMs < best.timetable.finishMs * (1 - ROUNDING_SHARE) ? each : best),
    first,
  );
}

function described(workload: Workload, { startMs, endMs }: Timetable): Pick<Assignment, 'placed' | 'queues'> {
  const { model, streamOf } = workload;
  const placed = new Map<string, PlacedJob>();
  const queues = new Map<string, string[]>(model.memberIds.map((id) => [id, []]));
  const byStart = [...model.jobIds.keys()]
    .filter((job) => streamOf[job] !== NOWHERE)
    .toSorted((a, b) => startMs[a] - startMs[b] || a - b);
  for (const job of byStart) {
    const member = model.memberIds[model.streamMember[streamOf[job]]];
    placed.set(model.jobIds[job], { job: model.jobIds[job], member, startMs: startMs[job], endMs: endMs[job] });
    queues.get(member)?.push(model.jobIds[job]);
  }
  return { placed, queues };
}
