import { finishNow } from './ending.js';
import { unchanged, type AttemptState, type Phase, type AttemptTransition, type AttemptContext } from './attempt.js';
import { stop } from './attempt-stop.js';
import { leaseExpired, neverGranted, timedOut } from './stop-reasons.js';

/** When the clock alone will change the state, or null: never. */
export function nextDeadlineMs(phase: Phase): number | null {
  switch (phase.name) {
    case 'waiting':
      return phase.giveUpAtMs;
    case 'checking':
    case 'noting':
      return phase.leaseUntilMs;
    case 'starting':
    case 'running':
      return Math.min(phase.leaseUntilMs, phase.timeoutAtMs);
    case 'stopping':
    case 'proving':
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

/** What the clock alone brings about. */
export function applyClock(state: AttemptState, context: AttemptContext): AttemptTransition {
  const { phase } = state;
  const deadlineMs = nextDeadlineMs(phase);
  if (deadlineMs === null || context.nowMs < deadlineMs) return unchanged(state);
  switch (phase.name) {
    case 'waiting':
      return stop(state, context, {
        outcome: 'stopped',
        failure: neverGranted(state.command, context.limits.grantWaitMs),
      });
    case 'checking':
    case 'noting':
      return stop(state, context, { outcome: 'stopped', failure: leaseExpired(state.command) });
    case 'starting':
    case 'running':
      if (context.nowMs >= phase.leaseUntilMs)
        return stop(state, context, { outcome: 'stopped', failure: leaseExpired(state.command) });
      return stop(state, context, {
        outcome: 'failed',
        failure: timedOut(state.command, context.limits.attemptTimeoutMs),
      });
    case 'stopping':
    case 'proving':
    case 'closing':
      return finishNow(state, phase, context);
    case 'ended':
      return unchanged(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}
