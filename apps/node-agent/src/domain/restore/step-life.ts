import { failure, type Failure, type RestoreStepEnd } from '#contracts';
import { assess } from './goals.js';
import { failureOfRestore } from './restore-exit.js';
import { limitMs } from './limits.js';
import { stepRef } from './step-ref.js';
import {
  NO_WORK,
  isClientStep,
  type Change,
  type Look,
  type StepContext,
  type StepEffect,
  type StepEnding,
  type StepInput,
  type StepPhase,
  type StepState,
  type Transition,
  type Work,
} from './work.js';

/** How often Exchange is asked while the effect of a change is waited for. */
export const LOOK_EVERY_MS = 1_000;
/** How long the end of a step waits for its last look. */
export const CLOSING_LOOK_MAX_MS = 10_000;

/**
 * The life of one step of a restore: state and input in, state and effects out, nothing else touched.
 *
 *     waiting → looking ⇄ noting → changing → looking … → ended
 *        └────────┴─────────┴──────────┴→ stopping → closing → ended
 *
 * It looks before each change and after it, and only what Exchange shows makes it true. As in the life of an attempt, every
 * input first meets the clock: a lease that is over is over.
 */
export function advance(state: StepState, input: StepInput, context: StepContext): Transition {
  const timed = applyClock(state, context);
  const taken = applyInput(timed.state, input, context);
  return { state: taken.state, effects: [...timed.effects, ...taken.effects] };
}

/** When the clock alone will change the state, or null: never. */
export function stepDeadlineMs(phase: StepPhase): number | null {
  switch (phase.name) {
    case 'waiting':
      return phase.giveUpAtMs;
    case 'looking':
      return phase.limitAtMs === null ? phase.leaseUntilMs : Math.min(phase.leaseUntilMs, phase.limitAtMs);
    case 'noting':
      return phase.leaseUntilMs;
    case 'changing':
      return Math.min(phase.leaseUntilMs, phase.limitAtMs);
    case 'stopping':
    case 'closing':
      return phase.untilMs;
    case 'ended':
      return null;
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

function applyClock(state: StepState, context: StepContext): Transition {
  const { phase, order } = state;
  const deadlineMs = stepDeadlineMs(phase);
  if (deadlineMs === null || context.nowMs < deadlineMs) return same(state);
  switch (phase.name) {
    case 'waiting': {
      const message = `no lease for this step of ${order.databaseName} came within ${context.limits.grantWaitMs} ms, so it was never begun; is the conductor running?`;
      return stop(state, stopped('lease.never-granted', message, true), context);
    }
    case 'looking':
    case 'noting':
    case 'changing': {
      if (context.nowMs < phase.leaseUntilMs) return stop(state, overdue(state), context);
      const message = `the lease of this step of ${order.databaseName} (${order.leaseMs} ms) ended with no renewal, so it was stopped`;
      return stop(state, stopped('lease.expired', message, true), context);
    }
    case 'stopping':
      return end(state, unreleased(phase.ending, context), null, context);
    case 'closing':
      return end(state, phase.ending ?? overdue(state), null, context);
    case 'ended':
      return same(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

function applyInput(state: StepState, input: StepInput, context: StepContext): Transition {
  switch (input.kind) {
    case 'tick':
      return same(state);
    case 'granted':
      return granted(state, input.leaseUntilMs, context);
    case 'stale':
      return stop(state, stopped('step.superseded', 'the conductor says that this step is no longer wanted'), context);
    case 'stopOrdered':
      return stop(state, stopped('step.stop-ordered', `stopped by order: ${input.reason}`), context);
    case 'superseded':
      return stop(state, stopped('step.superseded', `the later step ${input.byStepId} was ordered here`), context);
    case 'refuse':
      return state.phase.name === 'waiting'
        ? end(state, { outcome: 'refused', failure: input.failure }, null, context)
        : same(state);
    case 'agentStopping':
      return agentStopping(state, context);
    case 'looked':
      return looked(state, input.look, context);
    case 'noted':
      return noted(state, context);
    case 'journalFailed':
      return journalFailed(state, input.message, context);
    case 'changed':
      return changed(state, input.failure, context);
    case 'progress':
      return state.phase.name === 'changing' ? same({ ...state, bytesDone: input.bytesDone }) : same(state);
    case 'clientExited':
      return clientExited(state, input.exit, context);
    case 'orphansGone':
      return state.phase.name === 'stopping' ? close(state, state.phase.ending, context) : same(state);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}

function granted(state: StepState, leaseUntilMs: number, context: StepContext): Transition {
  // The grant answers a heartbeat that was sent too long ago: it was over before it came.
  if (leaseUntilMs <= context.nowMs) return same(state);
  const { phase } = state;
  if (phase.name === 'waiting')
    return {
      state: { ...state, phase: { name: 'looking', leaseUntilMs, limitAtMs: null } },
      effects: [{ kind: 'look', afterMs: 0 }],
    };
  if (phase.name === 'looking' || phase.name === 'noting' || phase.name === 'changing')
    return same({ ...state, phase: { ...phase, leaseUntilMs: Math.max(phase.leaseUntilMs, leaseUntilMs) } });
  return same(state);
}

function looked(state: StepState, look: Look, context: StepContext): Transition {
  const { phase } = state;
  if (phase.name === 'closing') return end(state, endingBy(state, phase.ending, look, context), look, context);
  if (phase.name !== 'looking') return same(state);
  if (look.kind === 'unreadable') {
    // Without a look nothing may be changed; after a change it is tried for as long as the change may take.
    if (phase.limitAtMs === null)
      return end(state, { outcome: 'refused', failure: unreadable(state, look.failure) }, null, context);
    return again(state);
  }
  const seen = withProgress(state, look);
  const assessment = assess({ ...seen, memberId: context.memberId, ...look });
  switch (assessment.kind) {
    case 'done':
      return end(seen, { outcome: 'succeeded' }, look, context);
    case 'impossible': {
      const outcome = seen.work.made.length === 0 && !seen.work.clientStarted ? 'refused' : 'failed';
      return end(seen, { outcome, failure: assessment.failure }, look, context);
    }
    case 'wait': {
      // Exchange has said no and is done with it, and what is wanted is not so.
      const { changeFailure } = seen.work;
      if (changeFailure?.type === 'host.failed')
        return end(seen, { outcome: 'failed', failure: changeFailure }, look, context);
      const limitAtMs = phase.limitAtMs ?? context.nowMs + limitMs(seen.step.kind, context.limits);
      return again({ ...seen, phase: { ...phase, limitAtMs } });
    }
    case 'todo': {
      const { leaseUntilMs } = phase;
      return {
        state: { ...seen, phase: { name: 'noting', leaseUntilMs, change: assessment.change } },
        effects: [{ kind: 'note', change: assessment.change }],
      };
    }
    default: {
      const unknown: never = assessment;
      throw new Error(`unknown assessment ${JSON.stringify(unknown)}`);
    }
  }
}

function again(state: StepState): Transition {
  return { state, effects: [{ kind: 'look', afterMs: LOOK_EVERY_MS }] };
}

/** How far a seed is shows in Exchange alone. */
function withProgress(state: StepState, look: Look): StepState {
  const { step, work } = state;
  if (step.kind !== 'reseedCopy' || look.kind !== 'seen' || look.database === null) return state;
  const copy = look.database.copies.find(({ member }) => member === step.copyMember);
  if (copy?.status !== 'Seeding') return state;
  const sizeBytes = BigInt(look.database.sizeBytes ?? '0');
  const bytesDone = ((sizeBytes * BigInt(copy.seedingPercent ?? 0)) / 100n).toString();
  return { ...state, bytesDone, work: { ...work, seedSeen: true } };
}

function noted(state: StepState, context: StepContext): Transition {
  const { phase, work } = state;
  if (phase.name !== 'noting') return same(state);
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
function journalFailed(state: StepState, message: string, context: StepContext): Transition {
  if (state.phase.name !== 'noting') return same(state);
  const text = `the agent could not note the step on disk, so it did not begin it: ${message}`;
  const outcome = state.work.made.length === 0 ? 'refused' : 'failed';
  return end(state, { outcome, failure: failure('journal.unwritable', text, { retryable: true }) }, null, context);
}

/** Exchange answered. Whatever it says, the next look decides. */
function changed(state: StepState, problem: Failure | null, context: StepContext): Transition {
  const { phase } = state;
  if (phase.name === 'stopping') return close(state, phase.ending, context);
  if (phase.name !== 'changing') return same(state);
  const { leaseUntilMs, limitAtMs } = phase;
  return {
    state: {
      ...state,
      work: { ...state.work, changeFailure: problem },
      phase: { name: 'looking', leaseUntilMs, limitAtMs },
    },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}

function clientExited(
  state: StepState,
  exit: Parameters<typeof failureOfRestore>[2],
  context: StepContext,
): Transition {
  const { phase, work, order } = state;
  const seen: StepState = { ...state, work: { ...work, exitCode: exit.exitCode } };
  if (phase.name === 'stopping') return close(seen, phase.ending, context);
  if (phase.name !== 'changing' || phase.change.kind !== 'runClient') return same(state);
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

/** Ends a step from wherever it is: a client is killed, an answer of Exchange is awaited, what has not begun never will. */
function stop(state: StepState, ending: StepEnding, context: StepContext): Transition {
  const { phase } = state;
  switch (phase.name) {
    case 'waiting':
    case 'looking':
    case 'noting':
      return close(state, ending, context);
    case 'changing': {
      const untilMs = context.nowMs + context.limits.releaseWaitMs;
      const effects: readonly StepEffect[] = phase.change.kind === 'runClient' ? [{ kind: 'kill' }] : [];
      return { state: { ...state, phase: { name: 'stopping', ending, untilMs } }, effects };
    }
    case 'stopping':
    case 'closing':
    case 'ended':
      return same(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

function agentStopping(state: StepState, context: StepContext): Transition {
  const { phase } = state;
  // What waits goes on waiting in the journal.
  if (phase.name === 'waiting') return same(state);
  const message = `the agent on ${context.memberId} was stopped`;
  return stop(state, stopped('agent.stopping', message, true), context);
}

function close(state: StepState, ending: StepEnding | null, context: StepContext): Transition {
  const untilMs = context.nowMs + CLOSING_LOOK_MAX_MS;
  return {
    state: { ...state, phase: { name: 'closing', ending, untilMs } },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}

/** What was cut short may have become true all the same; then it has. Of a client's work only its exit code can tell. */
function endingBy(state: StepState, ending: StepEnding | null, look: Look, { memberId }: StepContext): StepEnding {
  const cut = ending ?? overdue(state);
  if (look.kind === 'unreadable' || isClientStep(state.step) || state.work.made.length === 0) return cut;
  return assess({ ...state, memberId, ...look }).kind === 'done' ? { outcome: 'succeeded' } : cut;
}

function end(state: StepState, ending: StepEnding, look: Look | null, context: StepContext): Transition {
  const { order, work, step, bytesDone } = state;
  const database = look?.kind === 'seen' ? look.database : null;
  const isGone = look?.kind === 'seen' && look.database === null && step.kind !== 'restoreFiles';
  const data: RestoreStepEnd = {
    ...stepRef(order),
    memberId: context.memberId,
    ...ending,
    changed: work.made.length > 0,
    ...(step.kind === 'restoreBackup' && !work.clientStarted ? { wrote: false } : {}),
    bytes: bytesDone,
    durationMs: durationMs(work, context),
    exitCode: work.exitCode,
    ...(isGone ? { isGone: true } : {}),
    ...(database ? { database } : {}),
  };
  const message = { kind: 'stepEnded' as const, data };
  return {
    state: { ...state, phase: { name: 'ended', message } },
    effects: [
      { kind: 'journalEnd', end: data },
      { kind: 'tell', message },
    ],
  };
}

function stopped(type: string, message: string, retryable = false): StepEnding {
  return { outcome: 'stopped', failure: failure(type, message, { retryable }) };
}

function overdue({ step, order, work }: StepState): StepEnding {
  const message = `the step ${step.kind} of ${order.databaseName} did not become true within its time; Exchange was ${work.made.length === 0 ? 'not clear about it' : 'told to, and does not show it'}`;
  const cause = work.changeFailure === null ? {} : { cause: work.changeFailure };
  return { outcome: 'failed', failure: failure('step.timeout', message, { retryable: true, ...cause }) };
}

/** Says so when what was stopped was not seen to end: the next step may find it still at work. */
function unreleased(ending: StepEnding, { limits }: StepContext): StepEnding {
  const told = ending.failure ?? failure('step.stopped', 'the step was stopped', { retryable: true });
  const message = `${told.message}; what it had begun was not seen to end within ${limits.releaseWaitMs} ms`;
  const details = { ...told.details, released: false };
  return { ...ending, failure: failure(told.type, message, { ...told, details }) };
}

function unreadable({ order }: StepState, cause: Failure): Failure {
  const message = `this step of ${order.databaseName} was not begun, for Exchange could not be asked about it: ${cause.message}`;
  return failure('host.unavailable', message, { retryable: true, cause });
}

function durationMs(work: Work, { nowMs, nowUtc }: StepContext): number {
  if (work.startedAt === null) return 0;
  const elapsedMs =
    work.startedAtMs === null ? Date.parse(nowUtc) - Date.parse(work.startedAt) : nowMs - work.startedAtMs;
  return Math.max(0, Math.round(elapsedMs));
}

export function newStep(order: StepState['order'], step: StepState['step'], giveUpAtMs: number): StepState {
  return { order, step, phase: { name: 'waiting', giveUpAtMs }, work: NO_WORK, bytesDone: '0' };
}

export type { Change };

function same(state: StepState): Transition {
  return { state, effects: [] };
}
