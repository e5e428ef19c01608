import { applyClock } from './step-clock.js';
import { changed, clientExited, journalFailed, noted } from './step-changes.js';
import { agentStopping, close, end, stop, stopped } from './step-end.js';
import { looked } from './step-looks.js';
import { NO_WORK, unchanged, type StepContext, type StepInput, type StepState, type Transition } from './work.js';

/**
 * The life of one step of a restore: state and input in, state and effects out, nothing else touched.
 *
 *     waiting → looking ⇄ noting → changing → looking … → ended
 *        └────────┴─────────┴──────────┴→ stopping → closing → ended
 *
 * It looks before each change and after it, and only what Exchange shows makes it true. As in the life of an attempt, every
 * input first meets the clock: a lease that is over is over.
 */
export function advanceStep(state: StepState, input: StepInput, context: StepContext): Transition {
  const timed = applyClock(state, context);
  const taken = applyInput(timed.state, input, context);
  return { state: taken.state, effects: [...timed.effects, ...taken.effects] };
}

function applyInput(state: StepState, input: StepInput, context: StepContext): Transition {
  switch (input.kind) {
    case 'tick':
      return unchanged(state);
    case 'granted':
      return granted(state, input.leaseUntilMs, context);
    case 'stale':
      return stop(state, stopped('step.superseded', 'the conductor says that this step is no longer wanted'), context);
    case 'stopOrdered':
      return stop(state, stopped('step.stop-ordered', `stopped by order: ${input.reason}`), context);
    case 'superseded':
      return stop(state, stopped('step.superseded', `the later step ${input.by} was ordered here`), context);
    case 'refuse':
      return state.phase.name === 'waiting'
        ? end(state, { outcome: 'refused', failure: input.failure }, null, context)
        : unchanged(state);
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
      return state.phase.name === 'changing' ? unchanged({ ...state, bytesDone: input.bytesDone }) : unchanged(state);
    case 'clientExited':
      return clientExited(state, input.exit, context);
    case 'orphansGone':
      return state.phase.name === 'stopping' ? close(state, state.phase.ending, context) : unchanged(state);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}

function granted(state: StepState, leaseUntilMs: number, context: StepContext): Transition {
  // The grant answers a heartbeat that was sent too long ago: it was over before it came.
  if (leaseUntilMs <= context.nowMs) return unchanged(state);
  const { phase } = state;
  if (phase.name === 'waiting')
    return {
      state: { ...state, phase: { name: 'looking', leaseUntilMs, limitAtMs: null } },
      effects: [{ kind: 'look', afterMs: 0 }],
    };
  if (phase.name === 'looking' || phase.name === 'noting' || phase.name === 'changing')
    return unchanged({ ...state, phase: { ...phase, leaseUntilMs: Math.max(phase.leaseUntilMs, leaseUntilMs) } });
  return unchanged(state);
}

export function newStep(order: StepState['order'], step: StepState['step'], giveUpAtMs: number): StepState {
  return { order, step, phase: { name: 'waiting', giveUpAtMs }, work: NO_WORK, bytesDone: '0' };
}
