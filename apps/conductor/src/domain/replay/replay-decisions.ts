import { contextFrom, type DecisionInputs } from '../../planning/inputs.js';
import { place, type Placement } from '../../planning/place.js';
import { questionFor } from '../decide/question.js';
import type { RunEvent } from '../run.events.js';
import { evolveRun } from '../run.evolve.js';
import type { RunState, TaskState } from '../run.state.js';
import { movesAgain, type Moves } from './replay-moves.js';
import { replayPlan } from './replay-plan.js';
import { compared, type Replay } from './replay.js';

/**
 * Makes every decision of a run again with the planner in hand, each from what was stored with it and from the run as it was at that moment, and
 * compares. By event; the one about the plan as a whole carries what no single task shows.
 */
export function replayDecisions(events: readonly RunEvent[]): ReadonlyMap<RunEvent, Replay> {
  const replays = new Map<RunEvent, Replay>();
  let run: RunState | undefined;
  let moves: Moves | undefined;
  for (const [index, event] of events.entries()) {
    if (run && event.type === 'RunPlanned') {
      for (const [each, replay] of replayPlan(run, event, events.slice(0, index))) replays.set(each, replay);
    } else if (run && event.type === 'MovesDecided') {
      moves = movesAgain(run, event);
    } else if (event.type === 'TaskRebalanced') {
      replays.set(event, moves ? moves(event) : { kind: 'notStored' });
    } else if (run) {
      const replay = replayOne(run, event);
      if (replay) replays.set(event, replay);
    }
    run = evolveRun(run, event);
  }
  return replays;
}

/** Undefined for what is no decision of its own. */
function replayOne(run: RunState, event: RunEvent): Replay | undefined {
  switch (event.type) {
    case 'TaskReassigned': {
      const { taskId, member, nextReason, decision, inputs } = event;
      if (inputs === null) return { kind: 'notStored' };
      const now = placedAgain(run, taskId, nextReason, inputs);
      return compared({ kind: 'placed', member, decision }, answerOf(now));
    }
    case 'TaskDeferred': {
      const { taskId, nextReason, rule, liftedBy, search } = event;
      if (!search) return undefined;
      const now = placedAgain(run, taskId, nextReason, search.inputs);
      return compared({ kind: 'waiting', rule, liftedBy, decision: search.decision }, answerOf(now));
    }
    case 'TaskCompleted': {
      const { taskId, rule, search } = event;
      if (!search) return undefined;
      // Why it needed another attempt is not told here, and tells good copies apart: none is left.
      const now = placedAgain(run, taskId, undefined, search.inputs);
      return compared({ kind: 'impossible', rule, decision: search.decision }, answerOf(now));
    }
    default:
      return undefined;
  }
}

function placedAgain(
  run: RunState,
  taskId: string,
  nextReason: TaskState['nextReason'] | undefined,
  inputs: DecisionInputs,
): Placement {
  const task = run.tasks.get(taskId);
  const database = inputs.databases.find(({ guid }) => guid === task?.databaseGuid);
  if (!task || !database) throw new Error(`run ${run.runId} decided about ${taskId} without a look at its database`);
  const question = questionFor(run, { ...task, nextReason: nextReason ?? task.nextReason }, database);
  return place(question, contextFrom(inputs));
}

/** What of a placement an event keeps. */
function answerOf(placement: Placement): Readonly<Record<string, unknown>> {
  const { kind, decision } = placement;
  switch (kind) {
    case 'placed':
      return { kind, member: placement.member, decision };
    case 'waiting':
      return { kind, rule: placement.rule, liftedBy: placement.liftedBy, decision };
    case 'impossible':
      return { kind, rule: placement.rule, decision };
    default: {
      const unknown: never = placement;
      throw new Error(`unknown placement ${JSON.stringify(unknown)}`);
    }
  }
}
