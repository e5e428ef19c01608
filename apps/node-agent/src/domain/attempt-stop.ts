import {
  unchanged,
  type AttemptEffect,
  type AttemptState,
  type Ending,
  type PhaseOf,
  type AttemptTransition,
  type AttemptContext,
} from './attempt.js';
import { CLOSING_READ_MAX_MS } from './ending.js';
import { agentStopped } from './stop-reasons.js';

/** Ends an attempt from wherever it is: what runs is killed, what does not run never will. */
export function stop(state: AttemptState, context: AttemptContext, ending: Ending): AttemptTransition {
  const { phase, command } = state;
  const record = (need: 'none' | 'free'): AttemptEffect => ({
    kind: 'journal',
    record: { kind: 'stopping', at: context.nowUtc, attemptId: command.attemptId, ...ending, need },
  });
  if (phase.name === 'waiting' || phase.name === 'checking' || phase.name === 'noting') {
    const untilMs = context.nowMs + CLOSING_READ_MAX_MS;
    const closing: PhaseOf<'closing'> = {
      name: 'closing',
      ending,
      exit: null,
      run: null,
      need: 'none',
      untilMs,
      database: null,
    };
    return { state: { ...state, phase: closing }, effects: [record('none'), { kind: 'read', afterMs: 0 }] };
  }
  if (phase.name === 'starting' || phase.name === 'running') {
    const untilMs = context.nowMs + context.limits.releaseWaitMs;
    // The kill comes before the journal: a slow or full disk must not let the client outlive its lease.
    return {
      state: { ...state, phase: { name: 'stopping', ending, run: phase.run, untilMs } },
      effects: [{ kind: 'kill' }, record('free')],
    };
  }
  return unchanged(state);
}

/** What runs cannot renew its lease without an agent, so it is killed; what waits goes on waiting in the journal. */
export function agentStopping(state: AttemptState, context: AttemptContext): AttemptTransition {
  const { phase } = state;
  if (phase.name === 'noting' || phase.name === 'starting' || phase.name === 'running') {
    return stop(state, context, { outcome: 'stopped', failure: agentStopped(context.memberId) });
  }
  if (phase.name !== 'checking') return unchanged(state);
  return unchanged({ ...state, phase: { name: 'waiting', giveUpAtMs: context.nowMs + context.limits.grantWaitMs } });
}
