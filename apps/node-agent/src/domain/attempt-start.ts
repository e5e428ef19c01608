import { failure } from '#contracts';
import {
  unchanged,
  type AttemptState,
  type CheckResult,
  type AttemptTransition,
  type AttemptContext,
} from './attempt.js';
import { refAndMember } from './messages.js';

/** The last look at the database came back: the start is noted on disk, or refused. */
export function checked(state: AttemptState, result: CheckResult, context: AttemptContext): AttemptTransition {
  const { command, phase } = state;
  if (phase.name !== 'checking') return unchanged(state);
  if (result.kind === 'refused') return refuse(state, result, context);
  const { database, before } = result;
  const run = { before, activeMember: database.activeMember, startedAt: context.nowUtc, startedAtMs: context.nowMs };
  const { attemptId } = command;
  return {
    state: { ...state, phase: { name: 'noting', leaseUntilMs: phase.leaseUntilMs, run, database } },
    effects: [
      {
        kind: 'note',
        record: { kind: 'starting', at: context.nowUtc, attemptId, before, activeMember: run.activeMember },
      },
    ],
  };
}

/** The start is on disk, so the client may be started. */
export function noted(state: AttemptState, context: AttemptContext): AttemptTransition {
  const { phase } = state;
  if (phase.name !== 'noting') return unchanged(state);
  const { database, leaseUntilMs } = phase;
  const run = { ...phase.run, startedAt: context.nowUtc, startedAtMs: context.nowMs };
  return {
    state: {
      ...state,
      phase: { name: 'starting', leaseUntilMs, timeoutAtMs: context.nowMs + context.limits.attemptTimeoutMs, run },
    },
    effects: [{ kind: 'start', databaseName: database.name, replicated: database.copies.length > 1 }],
  };
}

export function refuse(
  state: AttemptState,
  result: CheckResult & { readonly kind: 'refused' },
  context: AttemptContext,
): AttemptTransition {
  const refusal = {
    ...refAndMember(state.command, context),
    failure: result.failure,
    ...(result.database ? { database: result.database } : {}),
  };
  const message = { kind: 'refused' as const, data: refusal };
  return {
    state: { ...state, phase: { name: 'ended', message } },
    effects: [
      { kind: 'journal', record: { kind: 'refused', at: context.nowUtc, attemptId: state.command.attemptId, refusal } },
      { kind: 'tell', message },
    ],
  };
}

/** The record before the start could not be written, so nothing was started, and nothing will be. */
export function journalFailed(state: AttemptState, message: string, context: AttemptContext): AttemptTransition {
  if (state.phase.name !== 'noting') return unchanged(state);
  const reason = failure(
    'journal.unwritable',
    `the agent could not note the start on disk, so it did not start: ${message}`,
    { retryable: true },
  );
  return refuse(state, { kind: 'refused', failure: reason }, context);
}
