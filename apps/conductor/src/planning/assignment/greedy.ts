import type { Model } from './model.js';
import { NOWHERE, type Workload } from './workload.js';

/** Longest first, each to the stream where it ends earliest; of equal ends, to the copy that is liked best. */
export function placeGreedily(workload: Workload): void {
  const { model } = workload;
  const shortest = model.jobIds.map((_, job) => shortestMs(model, job));
  const order = model.jobIds.map((_, job) => job).toSorted((a, b) => shortest[b] - shortest[a] || a - b);
  for (const job of order) {
    if (!placeWhereEarliest(workload, job)) makeRoom(workload, job, new Set());
  }
}

/** False if every member it could go to does another job of its group. */
export function placeWhereEarliest(workload: Workload, job: number): boolean {
  const { model } = workload;
  let best = NOWHERE;
  let bestStream = NOWHERE;
  let bestEndMs = Infinity;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    const member = model.optionMember[option];
    if (workload.meetsMate(job, member)) continue;
    const stream = freestStream(workload, member);
    const endMs = workload.endMs[stream] + model.optionMs[option];
    const isLiked = best !== NOWHERE && model.optionPenalty[option] < model.optionPenalty[best];
    if (endMs > bestEndMs || (endMs === bestEndMs && !isLiked)) continue;
    best = option;
    bestStream = stream;
    bestEndMs = endMs;
  }
  if (best === NOWHERE) return false;
  workload.place(job, best, bestStream);
  return true;
}

/** An augmenting path: sends a job of the same group elsewhere, if that lets this one in. */
function makeRoom(workload: Workload, job: number, tried: Set<number>): boolean {
  const { model } = workload;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    const member = model.optionMember[option];
    if (tried.has(member)) continue;
    tried.add(member);
    const inTheWay = model.mates[job].find(
      (mate) => workload.streamOf[mate] !== NOWHERE && model.streamMember[workload.streamOf[mate]] === member,
    );
    if (inTheWay === undefined) {
      workload.place(job, option, freestStream(workload, member));
      return true;
    }
    const { optionOf, streamOf } = workload;
    const [formerOption, formerStream] = [optionOf[inTheWay], streamOf[inTheWay]];
    workload.remove(inTheWay);
    workload.place(job, option, freestStream(workload, member));
    if (placeWhereEarliest(workload, inTheWay) || makeRoom(workload, inTheWay, tried)) return true;
    workload.remove(job);
    workload.place(inTheWay, formerOption, formerStream);
  }
  return false;
}

export function freestStream(workload: Workload, member: number): number {
  const { memberStreams } = workload.model;
  let freest = memberStreams[member];
  for (let stream = freest + 1; stream < memberStreams[member + 1]; stream += 1) {
    if (workload.endMs[stream] < workload.endMs[freest]) freest = stream;
  }
  return freest;
}

function shortestMs(model: Model, job: number): number {
  let shortest = Infinity;
  for (let option = model.jobOptions[job]; option < model.jobOptions[job + 1]; option += 1) {
    shortest = Math.min(shortest, model.optionMs[option]);
  }
  return shortest === Infinity ? 0 : shortest;
}
