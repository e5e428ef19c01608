import type { StorageTables } from '../tables.js';
import type { Delay } from './delay.js';
import type { OutboxStore } from './outbox-store.js';

/** Rows marked in one update. */
const MARKS_PER_UPDATE_MAX = 500;

/**
 * Marks wait so long for others to join them: each update is a write to the disk, and the embedded one holds up everything else
 * meanwhile. A message whose mark a crash takes with it is sent again, with the same id.
 */
const GATHERED_FOR_MS = 100;

interface MarkLog {
  markFailed(error: unknown, count: number): void;
}

/** Marks sent messages, as many at a time as came together within a moment. */
export class SentMarks<Tables extends StorageTables> {
  private readonly ids: number[] = [];
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: OutboxStore<Tables>,
    private readonly delay: Delay,
    private readonly log: MarkLog,
  ) {}

  add(id: number): void {
    this.ids.push(id);
    this.running ??= this.run();
  }

  /** Resolves when everything is marked, or at the first failure after the sender has stopped. */
  async done(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    let failureCount = 0;
    while (this.ids.length > 0) {
      if (this.ids.length < MARKS_PER_UPDATE_MAX) await this.delay.pause(GATHERED_FOR_MS);
      const batch = this.ids.slice(0, MARKS_PER_UPDATE_MAX);
      try {
        await this.store.markSent(batch, new Date().toISOString());
        this.ids.splice(0, batch.length);
        failureCount = 0;
      } catch (error) {
        failureCount += 1;
        this.log.markFailed(error, this.ids.length);
        // What stays unmarked is sent again after a restart, with the same id.
        if (this.delay.cancelled) break;
        await this.delay.backOff(failureCount);
      }
    }
    this.running = undefined;
  }
}
