import { setTimeout as delay } from 'node:timers/promises';

export const WAIT_MS = 25;
/** What may be caught up after a pause: longer ones do not make the rate exceed what was set. */
export const BURST_MS = 250;

export interface RateControl {
  /** Throws when the backup must not go on; called several times a second. */
  check(): void;
  /** This backup's share of its member's rate now. */
  shareBytesPerSecond(): number;
}

export interface BucketClock {
  nowMs(): number;
  wait(ms: number): Promise<unknown>;
}

export const REAL_CLOCK: BucketClock = { nowMs: () => performance.now(), wait: (ms) => delay(ms) };

/** A token bucket whose rate may change at any moment. */
export class Bucket {
  private budgetBytes = 0;
  private lastMs: number;

  constructor(
    private readonly control: RateControl,
    private readonly clock: BucketClock,
  ) {
    this.lastMs = clock.nowMs();
  }

  async take(bytes: number): Promise<void> {
    for (;;) {
      this.control.check();
      const share = this.control.shareBytesPerSecond();
      const now = this.clock.nowMs();
      const earned = this.budgetBytes + (share * (now - this.lastMs)) / 1_000;
      this.budgetBytes = Math.min(earned, Math.max(bytes, (share * BURST_MS) / 1_000));
      this.lastMs = now;
      if (this.budgetBytes >= bytes) break;
      await this.clock.wait(WAIT_MS);
    }
    this.budgetBytes -= bytes;
  }
}
