import { setTimeout as delay } from 'node:timers/promises';
import { REST_MAX_MS, REST_PER_LOOK } from './limits.js';

/** Time as the polling loops see it, so that tests need none. */
export interface Pacing {
  nowMs(): number;
  /** Ends early, without an error, when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How long to rest after a look that took so long, `leastMs` at least. */
export function restAfter(tookMs: number, leastMs: number): number {
  return Math.max(leastMs, Math.min(REST_MAX_MS, tookMs * REST_PER_LOOK));
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
