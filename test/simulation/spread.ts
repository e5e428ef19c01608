import { NOTHING_YET, sum, type Batch, type BatchResult } from './batch.js';
import type { Simulator } from './simulator.js';

/** Seeds that a process takes at a time: seconds of work, so that all end at about the same time. */
const BATCH_SEEDS = 25;

/** Shares the seeds out among the processes. Rejects when one of them fails for a reason of its own. */
export async function spread(
  all: Batch,
  simulators: readonly Simulator[],
  onProgress: (soFar: BatchResult) => void = () => undefined,
): Promise<BatchResult> {
  const end = all.first + all.count;
  let next = all.first;
  let total = NOTHING_YET;
  const work = async (simulator: Simulator): Promise<void> => {
    while (next < end) {
      const batch = { ...all, first: next, count: Math.min(BATCH_SEEDS, end - next) };
      next += batch.count;
      // A process takes its next seeds when it is done with the ones before.
      const result = await simulator.run(batch);
      total = sum(total, result);
      onProgress(total);
    }
  };
  await Promise.all(simulators.map(work));
  return total;
}
