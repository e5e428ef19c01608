import { failure, type Failure } from '#contracts';
import { assess } from './goals.js';
import { limitMs } from './limits.js';
import { end, endingBy } from './step-end.js';
import { unchanged, type Look, type StepContext, type StepState, type Transition } from './work.js';

/** How often Exchange is asked while the effect of a change is waited for. */
export const LOOK_EVERY_MS = 1_000;

/** A look came back: the step is done, or impossible, or has one thing to change, or waits for the next look. */
export function looked(state: StepState, look: Look, context: StepContext): Transition {
  const { phase } = state;
  if (phase.name === 'closing') return end(state, endingBy(state, phase.ending, look, context), look, context);
  if (phase.name !== 'looking') return unchanged(state);
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
      const isSeedNew = seen.work.seedSeen && !state.work.seedSeen;
      const limitAtMs = isSeedNew ? null : phase.limitAtMs;
      const longestMs = context.nowMs + limitMs(seen.step.kind, context.limits);
      return again({ ...seen, phase: { ...phase, limitAtMs: limitAtMs ?? longestMs } });
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

function unreadable({ order }: StepState, cause: Failure): Failure {
  const message = `this step of ${order.databaseName} was not begun, for Exchange could not be asked about it: ${cause.message}`;
  return failure('host.unavailable', message, { retryable: true, cause });
}
