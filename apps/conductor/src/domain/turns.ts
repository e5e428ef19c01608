import type { ConductorState } from './conductor.state.js';
import { queueOf } from './indexes/queues.js';
import { mayStartAt, type Block, type RunState } from './run.state.js';

/** Where a task stands in the queue of its member. */
export interface Turn {
  /** Tasks of any run that go before it there. */
  readonly ahead: number;
  /** What holds up the first of them; null: nothing but the work that goes on there, or it is itself the first. */
  readonly held: Block | null;
}

/** The turns of a run's waiting tasks, by task. What a closed window keeps from starting goes before nobody. */
export function turnsOf(state: ConductorState, run: RunState, nowMs: number): ReadonlyMap<string, Turn> {
  const members = new Set<string>();
  for (const { status, member } of run.tasks.values()) if (status === 'pending' && member !== null) members.add(member);
  const turns = new Map<string, Turn>();
  for (const member of members) {
    let ahead = 0;
    let held: Block | null = null;
    for (const { runId, taskId } of queueOf(state, member)) {
      if (runId === run.runId) turns.set(taskId, { ahead, held });
      const other = state.runs.get(runId);
      if (other?.window && !mayStartAt(other.window, nowMs)) continue;
      if (ahead === 0) held = other?.tasks.get(taskId)?.blocked ?? null;
      ahead += 1;
    }
  }
  return turns;
}
