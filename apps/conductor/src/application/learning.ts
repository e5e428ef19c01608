import { learn, type LearnedRate, type Throughput } from '../planning/assignment/index.js';
import type { ConductorEvent } from '../domain/conductor.events.js';
import type { RunState } from '../domain/run.state.js';

/** What the events teach of the members. `runs`: each as it is after the events. */
export function learnFrom(
  throughput: Throughput,
  events: readonly ConductorEvent[],
  runs: ReadonlyMap<string, RunState>,
): { readonly throughput: Throughput; readonly learned: readonly LearnedRate[] } {
  let next = throughput;
  for (const event of events) {
    if (event.type !== 'AttemptEnded' || event.outcome !== 'succeeded') continue;
    const run = runs.get(event.runId);
    const attempt = run?.tasks.get(event.taskId)?.attempts.find(({ attemptId }) => attemptId === event.attemptId);
    if (!run || !attempt || attempt.startedAtMs === null) continue;
    next = learn(next, {
      member: attempt.member,
      backupType: run.order.backupType,
      bytes: Number(event.bytes),
      durationMs: event.atMs - attempt.startedAtMs,
    });
  }
  if (next === throughput) return { throughput, learned: [] };
  return {
    throughput: next,
    learned: [...next].flatMap(([key, rate]) => (throughput.get(key) === rate ? [] : [rate])),
  };
}
