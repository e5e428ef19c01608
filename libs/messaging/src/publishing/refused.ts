import { backoffMs } from '../connection/backoff.js';
import type { Entry } from './entry.js';

const BACKOFF = { firstMs: 100, maxMs: 5_000 };

/** Messages that the broker did not take, each until its next try. */
export class Refused {
  private readonly timers = new Map<Entry, NodeJS.Timeout>();

  /** @param again takes one whose wait is over. */
  constructor(private readonly again: (entry: Entry) => void) {}

  get size(): number {
    return this.timers.size;
  }

  /** Waits the longer the more often it was refused. */
  add(entry: Entry): void {
    const timer = setTimeout(
      () => {
        this.timers.delete(entry);
        this.again(entry);
      },
      backoffMs(entry.nacks, Math.random, BACKOFF),
    );
    this.timers.set(entry, timer);
  }

  remove(isWanted: (entry: Entry) => boolean): readonly Entry[] {
    const removed = [...this.timers].filter(([entry]) => isWanted(entry));
    for (const [entry, timer] of removed) {
      clearTimeout(timer);
      this.timers.delete(entry);
    }
    return removed.map(([entry]) => entry);
  }
}
