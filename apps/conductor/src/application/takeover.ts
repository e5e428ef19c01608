import type { ConductorState } from '../domain/conductor.state.js';
import { describeStepCommands } from '../restore/restore-effects.js';
import { describeCommand, type EffectContext, type MemberMessage } from './effects.js';

/**
 * The questions of a conductor that took over, one for each attempt and step that lives. The conductor before may have missed an agent's
 * last word, or an agent its order. Until the answer or the end of its lease, which counts from now, nothing is decided about it.
 */
export function questionsOf(
  state: ConductorState,
  nowMs: number,
  context: Pick<EffectContext, 'source' | 'epoch'>,
): readonly MemberMessage[] {
  const ofAttempts = [...state.liveByAttempt.values()].flatMap((ref) => {
    const run = state.runs.get(ref.runId);
    return (run && describeCommand(ref, run, nowMs, context)) ?? [];
  });
  const ofSteps = [...state.restores.values()].flatMap((run) => describeStepCommands(run, nowMs, context));
  return [...ofAttempts, ...ofSteps];
}

/** The runs of either kind that were asked for and have no picture yet to be planned from. */
export function collectingRuns({ runs, restores }: ConductorState): readonly string[] {
  return [...runs.values(), ...restores.values()].flatMap(({ runId, status }) =>
    status === 'collecting' ? [runId] : [],
  );
}
