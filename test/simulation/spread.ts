import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { NOTHING_YET, sum, type Batch, type BatchResult } from './batch.js';

/** Seeds that a process takes at a time: seconds of work, so that both end at about the same time. */
const BATCH_SEEDS = 25;

/** Simulates the seeds in several processes. Rejects when one of them fails for a reason of its own. */
export async function spread(
  all: Batch,
  processes: number,
  onProgress: (soFar: BatchResult) => void,
): Promise<BatchResult> {
  let next = all.first;
  const end = all.first + all.count;
  let total = NOTHING_YET;
  const take = (): Batch | null => {
    if (next >= end) return null;
    const batch = { ...all, first: next, count: Math.min(BATCH_SEEDS, end - next) };
    next += batch.count;
    return batch;
  };
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)));
      const goOn = (): void => {
        const batch = take();
        if (batch) worker.send(batch);
        else worker.disconnect();
      };
      worker.on('message', (result: BatchResult) => {
        total = sum(total, result);
        onProgress(total);
        goOn();
      });
      worker.once('error', reject);
      worker.once('exit', (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`a simulating process ended with ${signal ?? code}`)),
      );
      goOn();
    });
  await Promise.all(Array.from({ length: processes }, work));
  return total;
}
