import { setTimeout as sleep } from 'node:timers/promises';

export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Between two tries to reach the broker, or to open a channel on it. */
export const RECONNECT_BACKOFF: Backoff = { firstMs: 100, maxMs: 5_000 };

/** No delay is shorter, so that an unlucky draw never makes a busy loop. */
const SHORTEST_MS = 10;
const DOUBLINGS_MAX = 20;

/** Exponential back-off with full jitter: anything between (almost) nothing and the doubled ceiling, so that many clients spread out. */
export function backoffMs(
  attempt: number,
  random: () => number,
  { firstMs, maxMs }: Backoff = RECONNECT_BACKOFF,
): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, DOUBLINGS_MAX));
  return Math.max(SHORTEST_MS, Math.round(ceiling * random()));
}

/** Waits, or returns early when the signal is aborted. */
export async function pause(delayMs: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
