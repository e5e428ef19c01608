import { setTimeout as delay } from 'node:timers/promises';

/** Time as the polling loops see it, so that tests need none. */
export interface Pacing {
  nowMs(): number;
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realPacing: Pacing = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};
