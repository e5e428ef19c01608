/** Runs pieces of work one after another, in the order asked; a failing one stops nothing. Bounded by who asks: prefetch and one tick. */
export class Serial {
  private last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(work);
    // The caller gets the failure; the next piece only needs to know that this one is over.
    this.last = result.catch(() => undefined);
    return result;
  }

  async idle(): Promise<void> {
    await this.last;
  }
}
