import type { Decision, Explanation, ReplayView } from '#contracts';
import type { RunEvent } from '../run.events.js';
import type { PlacementDecision } from '../run.event-parts.js';
import type { RunState } from '../run.state.js';
import { iso } from '../views.js';
import { replayDecisions } from './replay-decisions.js';
import type { Replay } from './replay.js';

/** Every decision of a run, or those about one database, by its name or its GUID; made again where that is asked for. */
export function explanationOf(
  run: RunState,
  events: readonly RunEvent[],
  database: string | undefined,
  isReplayed: boolean,
): Explanation {
  const replays = isReplayed ? replayDecisions(events) : new Map<RunEvent, Replay>();
  const replayOf = (event: RunEvent | undefined): ReplayView | undefined => {
    const replay = event && replays.get(event);
    return replay && viewOf(replay);
  };
  const wanted = database?.toLowerCase();
  const decisions = events
    .flatMap((event) => {
      const replay = replayOf(event);
      return decisionOf(event, run).map((decision) => (replay ? { ...decision, replay } : decision));
    })
    .filter(
      ({ databaseName, taskId }) =>
        wanted === undefined || databaseName.toLowerCase() === wanted || taskId.toLowerCase().startsWith(`${wanted}/`),
    );
  const plan = replayOf(events.find(({ type }) => type === 'RunPlanned'));
  return { runId: run.runId, decisions, ...(plan ? { plan } : {}) };
}

function viewOf(replay: Replay): ReplayView {
  return { outcome: replay.kind, differences: replay.kind === 'different' ? replay.differences : [] };
}

function decisionOf(event: RunEvent, run: RunState): readonly Decision[] {
  switch (event.type) {
    case 'TaskPlanned':
    case 'TaskUnplaced':
    case 'TaskLeftOut':
      return [toDecision(event, event.task.taskId, run, event.decision)];
    case 'TaskNotNeeded':
      return [toDecision(event, event.task.taskId, run, { summary: event.reason, candidates: [] })];
    case 'TaskReassigned':
    case 'TaskRebalanced':
      return [toDecision(event, event.taskId, run, event.decision)];
    case 'TaskDeferred':
    case 'TaskCompleted':
      return event.search ? [toDecision(event, event.taskId, run, event.search.decision)] : [];
    default:
      return [];
  }
}

function toDecision(
  { atMs }: RunEvent,
  taskId: string,
  run: RunState,
  { summary, candidates }: PlacementDecision,
): Decision {
  const databaseName = run.tasks.get(taskId)?.databaseName ?? taskId;
  return { taskId, databaseName, at: iso(atMs), summary, candidates };
}
