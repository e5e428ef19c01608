/** Items done together at most: enough that a full inbox is one write to the disk, few enough to decide in milliseconds. */
export const TOGETHER_MAX = 50;

interface Entry<Item> {
  readonly item: Item;
  settle(outcome: PromiseSettledResult<void>): void;
}

type Step<Item> =
  | { readonly kind: 'work'; run(): Promise<void> }
  | { readonly kind: 'items'; readonly entries: Entry<Item>[] };

/**
 * One thing after another, in the order asked. The conductor's state has one writer, and a lease is never granted on a
 * state that a commit under way is about to change. Items that wait one behind the other are handed over together.
 */
export class Sequence<Item> {
  private readonly steps: Step<Item>[] = [];
  private waitingCount = 0;
  private running: Promise<void> | undefined;

  /**
   * @param waitingMax more than this many waiting things are refused: something is stuck, and the messages stay with the broker.
   * @param together does the items in their order and says of each how it ended; never rejects.
   */
  constructor(
    private readonly waitingMax: number,
    private readonly together: (items: readonly Item[]) => Promise<readonly PromiseSettledResult<void>[]>,
  ) {}

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.enter((resolve, reject) => {
      this.steps.push({ kind: 'work', run: () => work().then(resolve, reject) });
    });
  }

  add(item: Item): Promise<void> {
    return this.enter((resolve, reject) => {
      const entry: Entry<Item> = {
        item,
        settle: (outcome) => (outcome.status === 'fulfilled' ? resolve() : reject(outcome.reason)),
      };
      const last = this.steps.at(-1);
      if (last?.kind === 'items' && last.entries.length < TOGETHER_MAX) last.entries.push(entry);
      else this.steps.push({ kind: 'items', entries: [entry] });
    });
  }

  /** What was asked and is not done. */
  get waiting(): number {
    return this.waitingCount;
  }

  /** Resolves when everything asked so far is done. */
  async idle(): Promise<void> {
    await this.running;
  }

  private enter<Result>(
    place: (resolve: (result: Result) => void, reject: (reason: unknown) => void) => void,
  ): Promise<Result> {
    if (this.waitingCount >= this.waitingMax) {
      return Promise.reject(new Error(`${this.waitingCount} decisions wait already; is the database stuck?`));
    }
    this.waitingCount += 1;
    const result = new Promise<Result>(place).finally(() => {
      this.waitingCount -= 1;
    });
    this.running ??= this.work();
    return result;
  }

  private async work(): Promise<void> {
    // What is asked in the same turn of the event loop is there before the first step begins.
    await Promise.resolve();
    for (let step = this.steps.shift(); step; step = this.steps.shift()) {
      if (step.kind === 'work') await step.run();
      else await this.hand(step.entries);
    }
    this.running = undefined;
  }

  private async hand(entries: readonly Entry<Item>[]): Promise<void> {
    const outcomes = await this.together(entries.map(({ item }) => item));
    for (const [index, { settle }] of entries.entries()) {
      settle(outcomes[index] ?? { status: 'rejected', reason: new Error('it was not said how the decision ended') });
    }
  }
}
