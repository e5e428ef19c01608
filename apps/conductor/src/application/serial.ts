/**
 * One thing after another, in the order asked. The conductor's state has one writer, and a lease is never granted on a
 * state that a commit under way is about to change.
 */
export class Serial {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** @param waitingMax more than this many waiting tasks are refused: something is stuck, and the messages stay with the broker. */
  constructor(private readonly waitingMax: number) {}

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.waiting >= this.waitingMax) {
      return Promise.reject(new Error(`${this.waiting} decisions wait already; is the database stuck?`));
    }
    this.waiting += 1;
    const result = this.tail.then(work).finally(() => {
      this.waiting -= 1;
    });
    this.tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything asked so far is done. */
  async idle(): Promise<void> {
    await this.tail;
  }
}
