import {
  unchanged,
  type AttemptInput,
  type AttemptState,
  type AttemptTransition,
  type AttemptContext,
} from './attempt.js';
import { clientExited, clientStarted } from './attempt-client.js';
import { applyClock } from './attempt-clock.js';
import { checked, journalFailed, noted, refuse } from './attempt-start.js';
import { agentStopping, stop } from './attempt-stop.js';
import { afterRead } from './ending.js';
import { declaredStale, stopOrdered, supersededBy } from './stop-reasons.js';
import type { ReportedDatabase } from '#contracts';

/**
 * The life of an attempt: state and input in, state and effects out, nothing else touched.
 *
 *     waiting → checking → noting → starting → running → proving ──→ ended
 *        │          │         │         └─────────┴→ stopping → closing → ended
 *        └──────────┴─────────┴→ closing, or refused ────────────→ ended
 *
 * Every input first meets the clock: a lease that is over is over, also for an agent that was frozen and finds a
 * grant, a passed check or an order in its hands when it wakes up.
 */
export function advanceAttempt(state: AttemptState, input: AttemptInput, context: AttemptContext): AttemptTransition {
  const timed = applyClock(state, context);
  const taken = applyInput(timed.state, input, context);
  return { state: taken.state, effects: [...timed.effects, ...taken.effects] };
}

function applyInput(state: AttemptState, input: AttemptInput, context: AttemptContext): AttemptTransition {
  switch (input.kind) {
    case 'tick':
      return unchanged(state);
    case 'granted':
      return granted(state, input.leaseUntilMs, context);
    case 'stale':
      return stop(state, context, { outcome: 'stopped', failure: declaredStale(state.command) });
    case 'superseded':
      return stop(state, context, { outcome: 'stopped', failure: supersededBy(input.by) });
    case 'stopOrdered':
      return stop(state, context, { outcome: 'stopped', failure: stopOrdered(input.reason) });
    case 'agentStopping':
      return agentStopping(state, context);
    case 'checked':
      return checked(state, input.result, context);
    case 'refuse':
      return state.phase.name === 'waiting'
        ? refuse(state, { kind: 'refused', failure: input.failure }, context)
        : unchanged(state);
    case 'noted':
      return noted(state, context);
    case 'journalFailed':
      return journalFailed(state, input.message, context);
    case 'clientStarted':
      return clientStarted(state, input.pid, context);
    case 'progress':
      return state.phase.name === 'running' || state.phase.name === 'starting'
        ? unchanged({ ...state, bytesDone: input.bytesDone })
        : unchanged(state);
    case 'clientExited':
      return clientExited(state, input.exit, context);
    case 'databaseRead':
      return databaseRead(state, input.database, context);
    default: {
      const unknown: never = input;
      throw new Error(`unknown input ${JSON.stringify(unknown)}`);
    }
  }
}

function granted(state: AttemptState, leaseUntilMs: number, context: AttemptContext): AttemptTransition {
  // The grant answers a heartbeat that was sent too long ago: it was over before it came.
  if (leaseUntilMs <= context.nowMs) return unchanged(state);
  const { phase } = state;
  if (phase.name === 'waiting')
    return { state: { ...state, phase: { name: 'checking', leaseUntilMs } }, effects: [{ kind: 'check' }] };
  if (phase.name === 'checking' || phase.name === 'noting' || phase.name === 'starting' || phase.name === 'running') {
    return unchanged({ ...state, phase: { ...phase, leaseUntilMs: Math.max(phase.leaseUntilMs, leaseUntilMs) } });
  }
  // Once stopping, an attempt stays stopped: the conductor may have sent its task elsewhere.
  return unchanged(state);
}

function databaseRead(
  state: AttemptState,
  database: ReportedDatabase | null,
  context: AttemptContext,
): AttemptTransition {
  const { phase } = state;
  return phase.name === 'proving' || phase.name === 'closing'
    ? afterRead(state, phase, database, context)
    : unchanged(state);
}
