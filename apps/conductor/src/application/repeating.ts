import type { Log } from './ports.js';

/** Calls something again and again, never twice at once; a failure is logged and the next turn comes all the same. */
export class Repeating {
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<void>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer ??= setInterval(() => {
      this.turn ??= this.work()
        .catch((error: unknown) => {
          this.log.error({
            event: 'timer.failed',
            timer: this.name,
            problem: error instanceof Error ? error.message : String(error),
          });
        })
        .finally(() => {
          this.turn = undefined;
        });
    }, this.everyMs);
  }

  /** Resolves when the turn under way is over. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.turn;
  }
}
