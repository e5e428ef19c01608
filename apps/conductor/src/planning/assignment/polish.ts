import type { LimitLoads, WorkChange } from './limit-loads.js';
import { NOWHERE, type Workload } from './workload.js';

const PASSES_MAX = 8;
/** Less than this is rounding. */
const GAIN_MIN = 1e-9;

/**
 * Lowers the summed cost of the chosen options by moves and swaps, while every stream still ends by the ceiling. So what is merely preferred
 * gets what room the finish leaves, and never more. Limits that are given must be free by the ceiling, too.
 */
export function polish(workload: Workload, ceilingMs: number, costOf: Float64Array, limits?: LimitLoads): void {
  for (let pass = 0; pass < PASSES_MAX; pass += 1) {
    let hasGained = false;
    for (let job = 0; job < workload.streamOf.length; job += 1) {
      if (workload.streamOf[job] !== NOWHERE && makeCheaper(workload, job, ceilingMs, costOf, limits)) hasGained = true;
    }
    if (!hasGained) return;
  }
}

function makeCheaper(
  workload: Workload,
  job: number,
  ceilingMs: number,
  costOf: Float64Array,
  limits: LimitLoads | undefined,
): boolean {
  const { model } = workload;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    const gain = costOf[workload.optionOf[job]] - costOf[option];
    const member = model.optionMember[option];
    if (gain <= GAIN_MIN || workload.meetsMate(job, member)) continue;
    for (let stream = model.memberStreams[member]; stream < model.memberStreams[member + 1]; stream += 1) {
      if (stream === workload.streamOf[job]) continue;
      if (workload.endMs[stream] + model.optionMs[option] <= ceilingMs) {
        if (!areFree(limits, limits ? changesOf(workload, job, option) : [], ceilingMs)) continue;
        workload.move(job, option, stream);
        return true;
      }
      if (swap(workload, job, option, stream, gain, ceilingMs, costOf, limits)) return true;
    }
  }
  return false;
}

/** Takes the place of a job on that stream, which comes to the place of this one, if both fit and the costs together fall. */
function swap(
  workload: Workload,
  job: number,
  option: number,
  stream: number,
  gain: number,
  ceilingMs: number,
  costOf: Float64Array,
  limits: LimitLoads | undefined,
): boolean {
  const { model, endMs, optionOf, streamOf } = workload;
  const home = streamOf[job];
  const homeMs = endMs[home] - model.optionMs[optionOf[job]];
  const awayMs = endMs[stream] + model.optionMs[option];
  for (let other = workload.first[stream]; other !== NOWHERE; other = workload.next[other]) {
    if (awayMs - model.optionMs[optionOf[other]] > ceilingMs) continue;
    const back = optionOn(workload, other, model.streamMember[home]);
    if (back === NOWHERE || homeMs + model.optionMs[back] > ceilingMs) continue;
    if (gain + costOf[optionOf[other]] - costOf[back] <= GAIN_MIN) continue;
    if (workload.meetsMate(other, model.streamMember[home])) continue;
    const changes = limits ? [...changesOf(workload, job, option), ...changesOf(workload, other, back)] : [];
    if (!areFree(limits, changes, ceilingMs)) continue;
    workload.move(job, option, stream);
    workload.move(other, back, home);
    return true;
  }
  return false;
}

function optionOn(workload: Workload, job: number, member: number): number {
  const { model } = workload;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    if (model.optionMember[option] === member) return option;
  }
  return NOWHERE;
}

function changesOf({ model, optionOf }: Workload, job: number, option: number): readonly WorkChange[] {
  const former = optionOf[job];
  return [
    [model.optionMember[former], -model.optionMs[former]],
    [model.optionMember[option], model.optionMs[option]],
  ];
}

/** Counts the changes in where they are allowed. */
function areFree(limits: LimitLoads | undefined, changes: readonly WorkChange[], ceilingMs: number): boolean {
  if (!limits) return true;
  if (!limits.allow(changes, ceilingMs)) return false;
  for (const [member, ms] of changes) limits.add(member, ms);
  return true;
}
