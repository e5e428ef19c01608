/** Back-off that a stop can end early: doubles from the shortest to the longest delay, with up to half of it left to chance. */
export class Delay {
  private readonly waiting = new Set<() => void>();
  private isCancelled = false;

  constructor(
    private readonly shortestMs: number,
    private readonly longestMs: number,
  ) {}

  get cancelled(): boolean {
    return this.isCancelled;
  }

  backOff(failureCount: number): Promise<void> {
    const fullMs = Math.min(this.longestMs, this.shortestMs * 2 ** Math.min(failureCount - 1, 30));
    return this.wait(fullMs / 2 + (Math.random() * fullMs) / 2);
  }

  pause(delayMs: number): Promise<void> {
    return this.wait(delayMs);
  }

  /** Ends every wait now, and every later one at once. */
  cancel(): void {
    this.isCancelled = true;
    for (const end of this.waiting) end();
  }

  private wait(delayMs: number): Promise<void> {
    if (this.isCancelled) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, delayMs);
      this.waiting.add(end);
    });
  }
}
