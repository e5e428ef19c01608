import { contextFrom } from '../../planning/inputs.js';
import { makePlan, type Plan } from '../../planning/plan/plan.js';
import { taskEvents } from '../decide/plan-run.js';
import type { NewRunEvent, RunEvent, RunEventOf } from '../run.events.js';
import type { RunState } from '../run.state.js';
import { differences } from './differences.js';
import { compared, replayOf, type Replay } from './replay.js';

const OF_PLAN = ['TaskPlanned', 'TaskUnplaced', 'TaskLeftOut', 'TaskNotNeeded'] as const;
type OfPlan = (typeof OF_PLAN)[number];

/** The whole plan once more: what it says of each task, and of the run. `before`: the run's history up to the plan. */
export function replayPlan(
  run: RunState,
  planned: RunEventOf<'RunPlanned'>,
  before: readonly RunEvent[],
): ReadonlyMap<RunEvent, Replay> {
  const then = before.filter((event): event is RunEventOf<OfPlan> => OF_PLAN.some((type) => type === event.type));
  const all = (replay: Replay): ReadonlyMap<RunEvent, Replay> =>
    new Map([...then, planned].map((event) => [event, replay]));
  if (planned.inputs === null) return all({ kind: 'notStored' });
  const plan = makePlan(run.order, contextFrom(planned.inputs), planned.atMs);
  if (plan.kind === 'refused') return all(replayOf([`the request is refused now: ${plan.reason}`]));
  const now = new Map(plan.tasks.map((task) => [task.task.taskId, taskEvents(run.runId, task)[0]]));
  return new Map<RunEvent, Replay>([
    ...then.map((event) => [event, compared(withoutMoment(event), now.get(event.task.taskId))] as const),
    [planned, replayOf([...ofTheWhole(planned, plan), ...newTasks(then, now)])],
  ]);
}

function withoutMoment(stored: RunEventOf<OfPlan>): NewRunEvent {
  const { atMs: _atMs, ...event } = stored;
  return event;
}

function ofTheWhole({ estimate }: RunEventOf<'RunPlanned'>, { finishMs, boundMs, binding }: Plan): readonly string[] {
  return differences(estimate, { finishMs, boundMs, binding });
}

function newTasks(
  then: readonly RunEventOf<OfPlan>[],
  now: ReadonlyMap<string, NewRunEvent | undefined>,
): readonly string[] {
  const known = new Set(then.map(({ task }) => task.taskId));
  return [...now.keys()].filter((taskId) => !known.has(taskId)).map((taskId) => `${taskId} is planned now`);
}
