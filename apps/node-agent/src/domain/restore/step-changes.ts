import { failure, type Failure } from '#contracts';
import type { ClientExit } from '../../ports/backup-client.js';
import { SEED_SHOWS_WITHIN_MS, limitMs } from './limits.js';
import { failureOfRestore } from './restore-exit.js';
import { close, end } from './step-end.js';
import { unchanged, type StepContext, type StepState, type Transition, type Work } from './work.js';

/** The record of the change is on disk, so it may be made. */
export function noted(state: StepState, context: StepContext): Transition {
  const { phase, work } = state;
  if (phase.name !== 'noting') return unchanged(state);
  const { leaseUntilMs, change } = phase;
  const isClient = change.kind === 'runClient';
  const next: Work = {
    ...work,
    startedAt: work.startedAt ?? context.nowUtc,
    startedAtMs: work.startedAtMs ?? context.nowMs,
    made: [...work.made, change.kind],
    clientStarted: work.clientStarted || isClient,
    changeFailure: null,
  };
  const limitAtMs = context.nowMs + limitMs(state.step.kind, context.limits);
  return {
    state: { ...state, work: next, phase: { name: 'changing', leaseUntilMs, change, limitAtMs } },
    effects: [{ kind: 'change', change }],
  };
}

/** The record before the change could not be written, so nothing was changed, and nothing will be. */
export function journalFailed(state: StepState, message: string, context: StepContext): Transition {
  if (state.phase.name !== 'noting') return unchanged(state);
  const text = `the agent could not note the step on disk, so it did not begin it: ${message}`;
  const outcome = state.work.made.length === 0 ? 'refused' : 'failed';
  return end(state, { outcome, failure: failure('journal.unwritable', text, { retryable: true }) }, null, context);
}

/** Exchange answered. Whatever it says, the next look decides. */
export function changed(state: StepState, problem: Failure | null, context: StepContext): Transition {
  const { phase } = state;
  if (phase.name === 'stopping') return close(state, phase.ending, context);
  if (phase.name !== 'changing') return unchanged(state);
  const { leaseUntilMs, change } = phase;
  const showsAtMs = change.kind === 'updateCopy' ? context.nowMs + SEED_SHOWS_WITHIN_MS : Infinity;
  return {
    state: {
      ...state,
      work: { ...state.work, changeFailure: problem },
      phase: { name: 'looking', leaseUntilMs, limitAtMs: Math.min(phase.limitAtMs, showsAtMs) },
    },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}

export function clientExited(state: StepState, exit: ClientExit, context: StepContext): Transition {
  const { phase, work, order } = state;
  const seen: StepState = { ...state, work: { ...work, exitCode: exit.exitCode } };
  if (phase.name === 'stopping') return close(seen, phase.ending, context);
  if (phase.name !== 'changing' || phase.change.kind !== 'runClient') return unchanged(state);
  if (exit.exitCode !== 0) {
    const neverRan = exit.startFailure !== undefined && work.objectsDone === 0;
    const told = neverRan ? { ...seen, work: { ...seen.work, clientStarted: false } } : seen;
    const problem = failureOfRestore(order.databaseName, phase.change.object, exit);
    return close(told, { outcome: 'failed', failure: problem }, context);
  }
  const { leaseUntilMs, limitAtMs } = phase;
  return {
    state: {
      ...seen,
      work: { ...seen.work, objectsDone: work.objectsDone + 1 },
      phase: { name: 'looking', leaseUntilMs, limitAtMs },
    },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}
