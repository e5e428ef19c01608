import { Map as IMap, type OrderedSet } from 'immutable';
import {
  isMovingData,
  liveSteps,
  lockedDatabase,
  type RestoreRunState,
  type RestoreTaskState,
} from '../../restore/restore.state.js';
import { decodeKey, encodeKey, type TaskKey } from '../task-key.js';

/** A step of a restore that an agent was ordered to take and has not ended. */
export interface LiveStepRef extends TaskKey {
  readonly stepId: string;
  readonly member: string;
  /** Its place among the steps of its task. */
  readonly index: number;
}

export interface RestoresAtWork {
  readonly liveByStep: IMap<string, LiveStepRef>;
  /** Databases being restored over: no backup and no other restore of them may begin. */
  readonly restoreLocks: IMap<string, TaskKey>;
  /** Restores that move data or are about to; encoded task keys. Reseeding is a stage of its own. */
  readonly restoring: OrderedSet<string>;
}

type RestoreRuns = IMap<string, RestoreRunState>;

export function restoresAtWork(
  state: RestoresAtWork & { readonly restores: RestoreRuns },
): readonly RestoreTaskState[] {
  return [...state.restoring].flatMap((encoded) => {
    const { runId, taskId } = decodeKey(encoded);
    return state.restores.get(runId)?.tasks.get(taskId) ?? [];
  });
}

export function restoresAtWorkAfter(
  { liveByStep, restoreLocks, restoring }: RestoresAtWork,
  key: TaskKey,
  before: RestoreTaskState | undefined,
  after: RestoreTaskState | undefined,
): RestoresAtWork {
  const encoded = encodeKey(key);
  return {
    liveByStep: stepsAfter(liveByStep, key, before, after),
    restoreLocks: locksAfter(restoreLocks, key, before && lockedDatabase(before), after && lockedDatabase(after)),
    restoring: after && isMovingData(after) ? restoring.add(encoded) : restoring.remove(encoded),
  };
}

/** Which restore locks each database, read from the restores as they are. */
export function locksOf(restores: RestoreRuns): RestoresAtWork['restoreLocks'] {
  return IMap(
    [...restores].flatMap(([runId, run]) =>
      [...run.tasks.values()].flatMap((task) => {
        const guid = lockedDatabase(task);
        return guid === undefined ? [] : [[guid, { runId, taskId: task.taskId }] as const];
      }),
    ),
  );
}

function stepsAfter(
  liveByStep: RestoresAtWork['liveByStep'],
  key: TaskKey,
  before: RestoreTaskState | undefined,
  after: RestoreTaskState | undefined,
): RestoresAtWork['liveByStep'] {
  let next = liveByStep;
  for (const { stepId } of before ? liveSteps(before) : []) next = next.remove(stepId);
  for (const [index, { stepId, member, outcome }] of (after?.steps ?? []).entries())
    if (outcome === null) next = next.set(stepId, { ...key, stepId, member, index });
  return next;
}

function locksAfter(
  locks: RestoresAtWork['restoreLocks'],
  key: TaskKey,
  before: string | undefined,
  after: string | undefined,
): RestoresAtWork['restoreLocks'] {
  if (after !== undefined) return locks.set(after, key);
  return before === undefined ? locks : locks.remove(before);
}
