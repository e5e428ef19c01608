import { failure, type RestoreStepKind } from '#contracts';
import type { StepState } from '../restore/restore.state.js';
import type { RestoreBench } from './restore-bench.js';
import type { SimDatabase } from './sim-databases.js';

export function confirmed(bench: RestoreBench, ...databases: readonly SimDatabase[]): RestoreBench {
  const names = databases.map(({ name }) => name);
  return bench.request({ databases: names, confirm: names });
}

/** Carries out steps until one of this kind is live, and gives it. */
export function until(bench: RestoreBench, kind: RestoreStepKind): StepState {
  for (let round = 0; round < 50; round += 1) {
    const found = bench.live().find(({ step }) => step.kind === kind);
    if (found) return found;
    for (const step of bench.live()) bench.carryOut(step);
    bench.after(1_000);
  }
  throw new Error(`no ${kind} was ordered`);
}

/** Ends every live step of a kind like this, until the saga gives it up. */
export function failing(bench: RestoreBench, kind: RestoreStepKind, wrote: boolean, rounds = 60): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const step of bench.live()) {
      if (step.step.kind !== kind) bench.carryOut(step);
      else
        bench.end(step, {
          outcome: 'failed',
          wrote,
          failure: failure('client.failed', 'no luck', { retryable: true }),
        });
    }
    bench.after(5_000);
  }
}

export const isAsBefore = (database: SimDatabase): boolean =>
  database.mounted &&
  !database.allow &&
  [...database.copies.values()].every(({ suspended, content }) => !suspended && content === 'old');

/** Lets this many steps end, one at a time. */
export function advanced(bench: RestoreBench, steps: number): void {
  for (let ended = 0; ended < steps; ended += 1) {
    const [step] = bench.live();
    if (step) bench.carryOut(step);
    else bench.after(1_000);
  }
}

export function isWhole(database: SimDatabase): boolean {
  return [...database.copies.values()].every(({ content, suspended }) => content === 'restored' && !suspended);
}
