import { StorageBusyError } from './errors.js';

/** Waiting transactions; each holds the memory of its message, and at thousands a second this is seconds of work. */
export const WAITING_TRANSACTIONS_MAX = 10_000;

/** Runs pieces of work one after another in the order asked; a failing one stops nothing. */
export class TransactionQueue {
  private last: Promise<unknown> = Promise.resolve();
  private waitingCount = 0;

  constructor(private readonly waitingMax: number = WAITING_TRANSACTIONS_MAX) {}

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waitingCount >= this.waitingMax) return Promise.reject(new StorageBusyError(this.waitingCount));
    this.waitingCount += 1;
    const result = this.last.then(work).finally(() => {
      this.waitingCount -= 1;
    });
    // The caller gets the failure; the next in the queue only needs to know that this one is over.
    this.last = result.catch(() => undefined);
    return result;
  }

  async idle(): Promise<void> {
    await this.last;
  }
}
