import { end, overdue, stop, stopped, unreleased } from './step-end.js';
import { unchanged, type StepContext, type StepPhase, type StepState, type Transition } from './work.js';

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

/** What the clock alone brings about. */
export function applyClock(state: StepState, context: StepContext): Transition {
  const { phase, order } = state;
  const deadlineMs = stepDeadlineMs(phase);
  if (deadlineMs === null || context.nowMs < deadlineMs) return unchanged(state);
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
      return unchanged(state);
    default: {
      const unknown: never = phase;
      throw new Error(`unknown phase ${JSON.stringify(unknown)}`);
    }
  }
}
