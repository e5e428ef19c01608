import { NOWHERE, type Workload } from './workload.js';

/**
 * The order in which each member starts its jobs: by priority, then by when their streams get to them, the longest first on each
 * stream. Started in this order as streams get free, jobs of one priority end when the search said.
 */
export function queuesOf(workload: Workload): readonly (readonly number[])[] {
  const { model } = workload;
  const startMs = plannedStarts(workload);
  const queues = model.memberIds.map((): number[] => []);
  for (let job = 0; job < model.jobIds.length; job += 1) {
    const stream = workload.streamOf[job];
    if (stream !== NOWHERE) queues[model.streamMember[stream]].push(job);
  }
  for (const queue of queues) {
    queue.sort((a, b) => model.jobPriority[b] - model.jobPriority[a] || startMs[a] - startMs[b] || a - b);
  }
  return queues;
}

function plannedStarts(workload: Workload): Float64Array {
  const { model, optionOf, first, next } = workload;
  const startMs = new Float64Array(model.jobIds.length);
  for (let stream = 0; stream < first.length; stream += 1) {
    const jobs: number[] = [];
    for (let job = first[stream]; job !== NOWHERE; job = next[job]) jobs.push(job);
    jobs.sort(
      (a, b) =>
        model.jobPriority[b] - model.jobPriority[a] ||
        model.optionMs[optionOf[b]] - model.optionMs[optionOf[a]] ||
        a - b,
    );
    let atMs = model.streamFreeMs[stream];
    for (const job of jobs) {
      startMs[job] = atMs;
      atMs += model.optionMs[optionOf[job]];
    }
  }
  return startMs;
}
