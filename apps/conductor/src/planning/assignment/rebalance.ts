import { checkProblem } from './check.js';
import { EjectionChains } from './ejection-chains.js';
import { freestStream } from './greedy.js';
import { LimitLoads } from './limit-loads.js';
import { partsWithLimits } from './limit-shares.js';
import { modelOf, type Model } from './model.js';
import { polish } from './polish.js';
import type { AssignmentProblem } from './problem.js';
import { withoutShut } from './separate.js';
import { timetableOf } from './timetable.js';
import { Workload } from './workload.js';

/** Where a job that is not dispatched yet waits, and how it came there. */
export interface QueuedJob {
  readonly member: string;
  /** How often it was moved since it was planned. */
  readonly moves: number;
  /** How long ago it was moved last; null if never. */
  readonly movedAgoMs: number | null;
}

/** What keeps a plan from flapping: jobs move for a gain that is worth it, seldom, and not back and forth. */
export interface RebalanceSettings {
  /** The finish must come earlier by both of these for anything to move. */
  readonly gainMinMs: number;
  readonly gainMinShare: number;
  /** How much later than it could be the members may be done, if fewer jobs move for it. */
  readonly leewayShare: number;
  readonly movesPerJobMax: number;
  /** How long a job that was moved stays where it is. */
  readonly restMs: number;
  /** Jobs moved at once, per part of the problem that shares no member with the rest. */
  readonly movesMax: number;
  readonly stepsMax: number;
}

export const REBALANCE_SETTINGS: RebalanceSettings = {
  gainMinMs: 60_000,
  gainMinShare: 0.05,
  leewayShare: 0.03,
  movesPerJobMax: 3,
  restMs: 300_000,
  movesMax: 20,
  stepsMax: 100_000,
};

export interface Move {
  readonly job: string;
  readonly from: string;
  readonly to: string;
  /** When the members concerned would all be done without the moves made together with this one, and with them. */
  readonly finishBeforeMs: number;
  readonly finishAfterMs: number;
}

/** A part of what waits that shares no member with the rest, and what is to move in it. */
export interface RebalancedPart {
  /** All that the moves follow from: the same moves come of it alone. */
  readonly problem: AssignmentProblem;
  readonly moves: readonly Move[];
}

/**
 * Moves of waiting jobs that let the members be done earlier, given what the problem says of them now: when their streams get free, how
 * long the jobs would take, and what is shared. Nothing moves for a small gain. A job whose member is no option any more is not this function's
 * business and stays out. Parts in which nothing moves are left out.
 */
export function rebalanceParts(
  problem: AssignmentProblem,
  queued: ReadonlyMap<string, QueuedJob>,
  settings: RebalanceSettings = REBALANCE_SETTINGS,
): readonly RebalancedPart[] {
  checkProblem(problem);
  const open = withoutShut(problem);
  const movable = open.jobs.filter(({ id, options }) => {
    const member = queued.get(id)?.member;
    return options.some((option) => option.member === member);
  });
  return partsWithLimits({ ...open, jobs: movable })
    .map((part) => ({ problem: part, moves: movesWithin(modelOf(part), queued, settings) }))
    .filter(({ moves }) => moves.length > 0);
}

/** The moves of all parts. */
export function rebalance(
  problem: AssignmentProblem,
  queued: ReadonlyMap<string, QueuedJob>,
  settings: RebalanceSettings = REBALANCE_SETTINGS,
): readonly Move[] {
  return rebalanceParts(problem, queued, settings).flatMap(({ moves }) => moves);
}

function movesWithin(
  model: Model,
  queued: ReadonlyMap<string, QueuedJob>,
  settings: RebalanceSettings,
): readonly Move[] {
  const home = model.jobIds.map((id, job) => optionOn(model, job, queued.get(id)?.member));
  const workload = asQueued(model, home);
  // Played with limits, gaps and groups: what wins nothing there is not worth a move, whatever the search makes of it.
  const finishBeforeMs = timetableOf(workload).finishMs;
  const gainMinMs = Math.max(settings.gainMinMs, settings.gainMinShare * finishBeforeMs);
  const limits = model.limits.length > 0 ? new LimitLoads(workload) : undefined;
  const chains = new EjectionChains(workload, pinned(model, queued, settings), limits);
  let best = workload.save();
  while (chains.steps < settings.stepsMax && chains.shorten(settings.stepsMax)) {
    if (movedJobs(workload, home).length > settings.movesMax) break;
    best = workload.save();
  }
  workload.restore(best);
  stayIfPossible(workload, home, settings.leewayShare);
  // Reckoned as it was before: members start the longest first, whatever the search had in mind.
  const finishAfterMs = timetableOf(asQueued(model, workload.optionOf)).finishMs;
  if (finishBeforeMs - finishAfterMs < gainMinMs) return [];
  const nameOf = (option: number): string => model.memberIds[model.optionMember[option]];
  return movedJobs(workload, home).map((job) => ({
    job: model.jobIds[job],
    from: nameOf(home[job]),
    to: nameOf(workload.optionOf[job]),
    finishBeforeMs,
    finishAfterMs,
  }));
}

/** Each member's waiting jobs on its streams as they will get to them: the longest first, each to the stream that is free first. */
function asQueued(model: Model, options: ArrayLike<number>): Workload {
  const workload = new Workload(model);
  const order = [...model.jobIds.keys()].toSorted(
    (a, b) => model.optionMs[options[b]] - model.optionMs[options[a]] || a - b,
  );
  for (const job of order) {
    workload.place(job, options[job], freestStream(workload, model.optionMember[options[job]]));
  }
  return workload;
}

function optionOn(model: Model, job: number, member: string | undefined): number {
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    if (model.memberIds[model.optionMember[option]] === member) return option;
  }
  throw new Error(`job ${model.jobIds[job]} waits on ${member}, which is none of its options`);
}

function pinned(model: Model, queued: ReadonlyMap<string, QueuedJob>, settings: RebalanceSettings): Uint8Array {
  return Uint8Array.from(model.jobIds, (id) => {
    const job = queued.get(id);
    const isResting = job?.movedAgoMs !== null && job !== undefined && job.movedAgoMs < settings.restMs;
    return isResting || (job?.moves ?? 0) >= settings.movesPerJobMax ? 1 : 0;
  });
}

function movedJobs(workload: Workload, home: readonly number[]): readonly number[] {
  return home.flatMap((option, job) => (workload.optionOf[job] === option ? [] : [job]));
}

/** Takes back what the finish does not need. */
function stayIfPossible(workload: Workload, home: readonly number[], leewayShare: number): void {
  const costOf = new Float64Array(workload.model.optionMs.length).fill(1);
  for (const option of home) costOf[option] = 0;
  const limits = workload.model.limits.length > 0 ? new LimitLoads(workload) : undefined;
  const finishMs = Math.max(workload.finishMs(), limits?.latestMs() ?? 0);
  polish(workload, finishMs * (1 + leewayShare), costOf, limits);
}
