import { randomUUID } from 'node:crypto';
import type { Clock, Timer } from '../ports/clock.js';

/** Longest delay of a Node timer; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

export class SystemClock implements Clock {
  monotonicMs(): number {
    return performance.now();
  }

  utcNow(): string {
    return new Date().toISOString();
  }

  /** A delay beyond Node's limit fires at the limit: who set it looks at the clock and sets the rest again. */
  setTimer(delayMs: number, fire: () => void): Timer {
    const timer = setTimeout(fire, Math.min(Math.ceil(delayMs), TIMER_MAX_MS));
    return { cancel: () => clearTimeout(timer) };
  }

  uuid(): string {
    return randomUUID();
  }
}
