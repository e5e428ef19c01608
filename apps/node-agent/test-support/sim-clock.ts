import type { Clock, Timer } from '../src/ports/clock.js';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly fire: () => void;
}

const START_UTC_MS = Date.parse('2026-02-01T20:00:00Z');

/** Time that moves only when a test moves it; between two timers everything that can run without time runs. */
export class SimClock implements Clock {
  private nowMs = 1_000;
  private order = 0;
  private readonly timers = new Set<Due>();

  monotonicMs(): number {
    return this.nowMs;
  }

  utcNow(): string {
    return new Date(START_UTC_MS + this.nowMs).toISOString();
  }

  uuid(): string {
    return '00000000-0000-4000-8000-000000000001';
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const due = { atMs: this.nowMs + Math.max(0, delayMs), order: this.order++, fire };
    this.timers.add(due);
    return { cancel: () => void this.timers.delete(due) };
  }

  async advance(durationMs: number): Promise<void> {
    const untilMs = this.nowMs + durationMs;
    await settle();
    for (let next = this.next(untilMs); next; next = this.next(untilMs)) {
      this.timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.fire();
      await settle();
    }
    this.nowMs = untilMs;
  }

  /** Time passes and nothing runs: what a frozen process finds when it goes on. */
  jump(durationMs: number): void {
    this.nowMs += durationMs;
  }

  private next(untilMs: number): Due | undefined {
    return [...this.timers]
      .filter(({ atMs }) => atMs <= untilMs)
      .toSorted((a, b) => a.atMs - b.atMs || a.order - b.order)[0];
  }
}

/** Lets every promise that waits for nothing but promises go on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
