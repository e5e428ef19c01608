import type { ConductorState } from './conductor.state.js';

/** What an agent's list of its attempts and steps is worth. */
export interface Grants {
  /** The member's own, and alive: their agent is not lost as long as it lists them. */
  readonly alive: readonly string[];
  /** Those of them that may go on. */
  readonly granted: ReadonlySet<string>;
}

/**
 * Which of the attempts and steps that a member lists may go on for another lease. What was told to stop is granted nothing more, but
 * its last word is waited for. What the member does not hold, or holds no more, is not its own to name.
 */
export function grantsFor(state: ConductorState, member: string, listed: readonly string[]): Grants {
  const alive = listed.filter((id) => (state.liveByStep.get(id) ?? state.liveByAttempt.get(id))?.member === member);
  const granted = alive.filter((id) => (state.liveByStep.has(id) ? mayStepGoOn(state, id) : mayAttemptGoOn(state, id)));
  return { alive, granted: new Set(granted) };
}

function mayAttemptGoOn(state: ConductorState, attemptId: string): boolean {
  const ref = state.liveByAttempt.get(attemptId);
  const task = ref && state.runs.get(ref.runId)?.tasks.get(ref.taskId);
  return task?.attempts.at(-1)?.superseded === null;
}

/** A step that moves data is not to go on once its task turned back: its agent stops it, and says so. */
function mayStepGoOn(state: ConductorState, stepId: string): boolean {
  const ref = state.liveByStep.get(stepId);
  const task = ref && state.restores.get(ref.runId)?.tasks.get(ref.taskId);
  return task?.steps.at(ref?.index ?? -1)?.purpose !== 'forward' || task.turnedBack === null;
}
