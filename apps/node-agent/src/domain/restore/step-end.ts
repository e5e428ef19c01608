import { displayName, failure, type RestoreStepEnd } from '#contracts';
import { assess } from './goals.js';
import { stepRef } from './step-ref.js';
import {
  isClientStep,
  unchanged,
  type Look,
  type StepContext,
  type StepEffect,
  type StepEnding,
  type StepState,
  type Transition,
  type Work,
} from './work.js';

/** How long the end of a step waits for its last look. */
export const CLOSING_LOOK_MAX_MS = 10_000;

/** Ends a step from wherever it is: a client is killed, an answer of Exchange is awaited, what has not begun never will. */
export function stop(state: StepState, ending: StepEnding, context: StepContext): Transition {
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
      return unchanged(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}

export function agentStopping(state: StepState, context: StepContext): Transition {
  const { phase } = state;
  // What waits goes on waiting in the journal.
  if (phase.name === 'waiting') return unchanged(state);
  const message = `the agent on ${displayName(context.memberId)} was stopped`;
  return stop(state, stopped('agent.stopping', message, true), context);
}

export function close(state: StepState, ending: StepEnding | null, context: StepContext): Transition {
  const untilMs = context.nowMs + CLOSING_LOOK_MAX_MS;
  return {
    state: { ...state, phase: { name: 'closing', ending, untilMs } },
    effects: [{ kind: 'look', afterMs: 0 }],
  };
}

/** What was cut short may have become true all the same; then it has. Of a client's work only its exit code can tell. */
export function endingBy(
  state: StepState,
  ending: StepEnding | null,
  look: Look,
  { memberId }: StepContext,
): StepEnding {
  const cut = ending ?? overdue(state);
  if (look.kind === 'unreadable' || isClientStep(state.step) || state.work.made.length === 0) return cut;
  return assess({ ...state, memberId, ...look }).kind === 'done' ? { outcome: 'succeeded' } : cut;
}

export function end(state: StepState, ending: StepEnding, look: Look | null, context: StepContext): Transition {
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

export function stopped(type: string, message: string, retryable = false): StepEnding {
  return { outcome: 'stopped', failure: failure(type, message, { retryable }) };
}

export function overdue({ step, order, work }: StepState): StepEnding {
  const message = `the step ${step.kind} of ${order.databaseName} did not become true within its time; Exchange was ${work.made.length === 0 ? 'not clear about it' : 'told to, and does not show it'}`;
  const cause = work.changeFailure === null ? {} : { cause: work.changeFailure };
  return { outcome: 'failed', failure: failure('step.timeout', message, { retryable: true, ...cause }) };
}

/** Says so when what was stopped was not seen to end: the next step may find it still at work. */
export function unreleased(ending: StepEnding, { limits }: StepContext): StepEnding {
  const told = ending.failure ?? failure('step.stopped', 'the step was stopped', { retryable: true });
  const message = `${told.message}; what it had begun was not seen to end within ${limits.releaseWaitMs} ms`;
  const details = { ...told.details, released: false };
  return { ...ending, failure: failure(told.type, message, { ...told, details }) };
}

function durationMs(work: Work, { nowMs, nowUtc }: StepContext): number {
  if (work.startedAt === null) return 0;
  const elapsedMs =
    work.startedAtMs === null ? Date.parse(nowUtc) - Date.parse(work.startedAt) : nowMs - work.startedAtMs;
  return Math.max(0, Math.round(elapsedMs));
}
