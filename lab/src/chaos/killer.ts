import type { Say } from '../broker/index.js';
import { messageOf, pause, type Lab } from '../supervisor/index.js';
import type { PlannedKill } from './plan.js';

/** A service that finds no broker ends with an error, and its service manager starts it again: every so often, for so long. */
const START_AGAIN_MS = 500;
const START_WITHIN_MS = 240_000;

export interface DoneKill {
  readonly target: string;
  /** Since the beginning. */
  readonly atMs: number;
  readonly downMs: number;
}

/** Carries out a plan of kills. Several processes may be down at once; none is killed before it is back. */
export class Killer {
  private readonly done: DoneKill[] = [];
  private readonly found: string[] = [];
  private readonly returns = new Map<string, Promise<void>>();
  private readonly startedMs = performance.now();

  constructor(
    private readonly lab: Lab,
    private readonly say: Say,
    private readonly signal: AbortSignal,
  ) {}

  get kills(): readonly DoneKill[] {
    return this.done;
  }

  /** What went wrong with the processes themselves: one that ended unasked, or did not come back. */
  get problems(): readonly string[] {
    return this.found;
  }

  /** Resolves when everything was killed as planned and everything is back. */
  async carryOut(plan: readonly PlannedKill[]): Promise<void> {
    for (const { afterMs, target, downMs } of plan) {
      await pause(afterMs, this.signal);
      await this.returns.get(target);
      this.signal.throwIfAborted();
      this.strike(target, downMs);
      this.returns.set(target, this.bringBack(target, downMs));
    }
    await Promise.all(this.returns.values());
  }

  private strike(target: string, downMs: number): void {
    const atMs = Math.round(performance.now() - this.startedMs);
    try {
      this.lab.kill(target);
      this.done.push({ target, atMs, downMs });
      this.say(`${(atMs / 1_000).toFixed(1)} s: SIGKILL to ${target}; it is started again after ${downMs} ms`);
    } catch (error) {
      // It should run: nobody but this killer ends anything.
      this.found.push(`${target} had ended by itself when it was to be killed: ${messageOf(error)}`);
    }
  }

  private async bringBack(target: string, downMs: number): Promise<void> {
    await pause(downMs, this.signal);
    const deadline = performance.now() + START_WITHIN_MS;
    while (!this.signal.aborted) {
      try {
        await this.lab.start(target, this.signal);
        return;
      } catch (error) {
        if (performance.now() > deadline && !this.signal.aborted) {
          this.found.push(`${target} did not start again within ${START_WITHIN_MS / 1_000} s: ${messageOf(error)}`);
          return;
        }
      }
      await pause(START_AGAIN_MS, this.signal);
    }
  }
}
