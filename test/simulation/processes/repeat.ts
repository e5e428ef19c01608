import type { SimProcess } from '../surroundings/process.js';

/** Calls something again and again in one life of a process, never twice at once; a failure is passed over and the next turn comes all the same. */
export function repeat(process: SimProcess, everyMs: number, work: () => Promise<void>): void {
  const { life, schedule } = process;
  let isAtWork = false;
  const turn = (): void => {
    schedule.after(everyMs, life, turn);
    if (isAtWork) return;
    isAtWork = true;
    work()
      .catch(() => undefined)
      .finally(() => {
        isAtWork = false;
      });
  };
  schedule.after(everyMs, life, turn);
}
