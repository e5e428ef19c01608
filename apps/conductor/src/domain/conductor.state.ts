import { Map as IMap, OrderedSet } from 'immutable';
import { evolveMaintenance, NO_MAINTENANCE, type MaintenanceState } from './maintenance/maintenance.state.js';
import type { MaintenanceEvent } from './maintenance/maintenance.events.js';
import { rankMs } from './priority.js';
import { evolveRestore } from '../restore/evolve-restore.js';
import {
  isClosed,
  isMovingData,
  liveSteps,
  lockedDatabase,
  type RestoreRunState,
  type RestoreTaskState,
} from '../restore/restore.state.js';
import type { RestoreEvent } from '../restore/restore.events.js';
import { isRestoreEvent, type ConductorEvent } from './conductor.events.js';
import type { RunEvent } from './run.events.js';
import { evolveRun } from './run.evolve.js';
import { isFinal, liveAttempt, type RunState, type TaskState } from './run.state.js';

/** Names a task over all runs. */
export interface TaskKey {
  readonly runId: string;
  readonly taskId: string;
}

export interface LiveAttemptRef extends TaskKey {
  readonly attemptId: string;
  readonly member: string;
  readonly databaseGuid: string;
}

/** A step of a restore that an agent was ordered to take and has not ended. */
export interface LiveStepRef extends TaskKey {
  readonly stepId: string;
  readonly member: string;
  /** Its place among the steps of its task. */
  readonly index: number;
}

export interface MemberLoad {
  readonly liveAttempts: number;
  /** Bytes of what is queued and what runs, over all runs. */
  readonly openBytes: number;
  readonly lastDispatchAtMs: number | null;
}

/**
 * Everything the conductor decides from: the unfinished runs, and what must hold across them. Persistent collections keep
 * each change at logarithmic cost, so that deciding for one database costs the same among a hundred and a hundred thousand.
 */
export interface ConductorState {
  readonly runs: IMap<string, RunState>;
  /** Exchange's lock, mirrored: at most one live attempt per database, over all runs and members. */
  readonly liveByDatabase: IMap<string, LiveAttemptRef>;
  readonly liveByAttempt: IMap<string, LiveAttemptRef>;
  readonly loads: IMap<string, MemberLoad>;
  /** Restore runs that are not over, or whose alarms nobody has acknowledged. */
  readonly restores: IMap<string, RestoreRunState>;
  readonly liveByStep: IMap<string, LiveStepRef>;
  /** Databases being restored over: no backup and no other restore of them may begin. */
  readonly restoreLocks: IMap<string, TaskKey>;
  /** Restores that move data or are about to; encoded task keys. Reseeding is a stage of its own. */
  readonly restoring: OrderedSet<string>;
  /** Placed tasks not yet dispatched, by member and rank, in the order in which they are to start. Encoded task keys. */
  readonly queues: IMap<string, IMap<number, OrderedSet<string>>>;
  /** Live attempts in each slot that a limit counts in. */
  readonly used: IMap<string, number>;
  /** Blocked tasks by each change that would wake them. Encoded task keys. */
  readonly blockedBy: IMap<string, OrderedSet<string>>;
  /** When time wakes a blocked task. By encoded task key. */
  readonly wakeAtMs: IMap<string, number>;
  readonly maintenance: MaintenanceState;
}

/** The tasks placed at a member and not yet dispatched, in the order in which they are to start. */
export function* queueOf(state: ConductorState, member: string): Iterable<TaskKey> {
  const lanes = state.queues.get(member);
  if (!lanes) return;
  for (const rank of [...lanes.keys()].toSorted((a, b) => a - b)) {
    for (const encoded of lanes.get(rank, OrderedSet<string>())) yield decodeKey(encoded);
  }
}

export function membersWithQueue(state: ConductorState): ReadonlySet<string> {
  return new Set(state.queues.keys());
}

/** The tasks that wait for a change, given as its key. */
export function waitingFor(state: ConductorState, change: string): readonly TaskKey[] {
  return [...state.blockedBy.get(change, OrderedSet<string>())].map(decodeKey);
}

/** The tasks whose wait time has ended. */
export function dueTasks(state: ConductorState, nowMs: number): readonly TaskKey[] {
  const due: TaskKey[] = [];
  for (const [encoded, atMs] of state.wakeAtMs) if (atMs <= nowMs) due.push(decodeKey(encoded));
  return due;
}

/** Where a task stands in every queue: the smaller goes first. */
export function rankOf(run: RunState, task: TaskState): number {
  return rankMs(run.requestedAtMs, task.priority, task.attempts.length > 0);
}

export const EMPTY_STATE: ConductorState = {
  runs: IMap(),
  liveByDatabase: IMap(),
  liveByAttempt: IMap(),
  loads: IMap(),
  restores: IMap(),
  liveByStep: IMap(),
  restoreLocks: IMap(),
  restoring: OrderedSet(),
  queues: IMap(),
  used: IMap(),
  blockedBy: IMap(),
  wakeAtMs: IMap(),
  maintenance: NO_MAINTENANCE,
};

const NO_LOAD: MemberLoad = { liveAttempts: 0, openBytes: 0, lastDispatchAtMs: null };

export function loadOf(state: ConductorState, member: string): MemberLoad {
  return state.loads.get(member, NO_LOAD);
}

function encodeKey(key: TaskKey): string {
  return `${key.runId} ${key.taskId}`;
}

function decodeKey(encoded: string): TaskKey {
  const space = encoded.indexOf(' ');
  return { runId: encoded.slice(0, space), taskId: encoded.slice(space + 1) };
}

export function restoresAtWork(state: ConductorState): readonly RestoreTaskState[] {
  return [...state.restoring].flatMap((encoded) => {
    const { runId, taskId } = decodeKey(encoded);
    return state.restores.get(runId)?.tasks.get(taskId) ?? [];
  });
}

export function taskOf(state: ConductorState, key: TaskKey): TaskState | undefined {
  return state.runs.get(key.runId)?.tasks.get(key.taskId);
}

/** Folds one event into the state. A run that ended leaves it: its history stays in the store. */
export function evolve(state: ConductorState, event: ConductorEvent): ConductorState {
  return isRestoreEvent(event) ? evolveRestores(state, event) : evolveRuns(state, event);
}

function evolveRuns(state: ConductorState, event: RunEvent): ConductorState {
  const before = state.runs.get(event.runId);
  const after = evolveRun(before, event);
  const runs = isFinal(after) ? state.runs.remove(event.runId) : state.runs.set(event.runId, after);
  const next = { ...state, runs };
  const taskId = taskIdOf(event);
  if (taskId === undefined) return next;
  return reindexed(next, { runId: event.runId, taskId }, after, before?.tasks.get(taskId), event.atMs);
}

export function withMaintenance(state: ConductorState, event: MaintenanceEvent): ConductorState {
  return { ...state, maintenance: evolveMaintenance(state.maintenance, event) };
}

/**
 * The state after a restart. The store gives its events run by run, so attempts of different runs come back in another order than
 * they lived in: who holds a database is read from the attempts that live at the end, not from who came last.
 */
export function replay(
  events: readonly ConductorEvent[],
  maintenance: readonly MaintenanceEvent[] = [],
): ConductorState {
  const state = events.reduce(evolve, maintenance.reduce(withMaintenance, EMPTY_STATE));
  const live = [...state.liveByAttempt.values()];
  const locked = [...state.restores].flatMap(([runId, run]) =>
    [...run.tasks.values()].flatMap((task) => {
      const guid = lockedDatabase(task);
      return guid === undefined ? [] : [[guid, { runId, taskId: task.taskId }] as const];
    }),
  );
  return {
    ...state,
    liveByDatabase: IMap(live.map((ref) => [ref.databaseGuid, ref])),
    restoreLocks: IMap(locked),
  };
}

/** A restore's indexes, too, are functions of its tasks. */
function evolveRestores(state: ConductorState, event: RestoreEvent): ConductorState {
  const { runId } = event;
  const before = state.restores.get(runId);
  const after = evolveRestore(before, event);
  const restores = isClosed(after) ? state.restores.remove(runId) : state.restores.set(runId, after);
  if (!('taskId' in event)) return { ...state, restores };
  const { taskId } = event;
  let { liveByStep, restoreLocks, restoring } = state;
  const was = before?.tasks.get(taskId);
  const is = after.tasks.get(taskId);
  for (const { stepId } of was ? liveSteps(was) : []) liveByStep = liveByStep.remove(stepId);
  for (const [index, step] of (is?.steps ?? []).entries()) {
    const { stepId, member, outcome } = step;
    if (outcome === null) liveByStep = liveByStep.set(stepId, { runId, taskId, stepId, member, index });
  }
  const lockBefore = was && lockedDatabase(was);
  const lockAfter = is && lockedDatabase(is);
  if (lockBefore !== undefined && lockAfter === undefined) restoreLocks = restoreLocks.remove(lockBefore);
  if (lockAfter !== undefined) restoreLocks = restoreLocks.set(lockAfter, { runId, taskId });
  const encoded = encodeKey({ runId, taskId });
  restoring = is && isMovingData(is) ? restoring.add(encoded) : restoring.remove(encoded);
  return { ...state, restores, liveByStep, restoreLocks, restoring };
}

function taskIdOf(event: RunEvent): string | undefined {
  if ('task' in event) return event.task.taskId;
  return 'taskId' in event ? event.taskId : undefined;
}

/** The indexes are functions of the tasks: each is corrected by what one task was before and is after. */
function reindexed(
  state: ConductorState,
  key: TaskKey,
  run: RunState,
  before: TaskState | undefined,
  nowMs: number,
): ConductorState {
  let { queues, loads, liveByDatabase, liveByAttempt, used, blockedBy, wakeAtMs } = state;
  const encoded = encodeKey(key);
  const after = run.tasks.get(key.taskId);
  const queuedBefore = before && queuedAt(run, before);
  const queuedAfter = after && queuedAt(run, after);
  if (queuedBefore?.member !== queuedAfter?.member || queuedBefore?.rank !== queuedAfter?.rank) {
    if (queuedBefore) queues = withoutQueued(queues, queuedBefore, encoded);
    if (queuedAfter) {
      const { member, rank } = queuedAfter;
      queues = queues.update(member, IMap<number, OrderedSet<string>>(), (lanes) =>
        lanes.update(rank, OrderedSet<string>(), (lane) => lane.add(encoded)),
      );
    }
  }
  if (before?.blocked !== after?.blocked) {
    for (const change of before?.blocked?.liftedBy ?? []) blockedBy = withoutEntry(blockedBy, change, encoded);
    for (const change of after?.blocked?.liftedBy ?? [])
      blockedBy = blockedBy.update(change, OrderedSet<string>(), (waiting) => waiting.add(encoded));
    const at = after?.blocked?.wakeAtMs ?? null;
    wakeAtMs = at === null ? wakeAtMs.remove(encoded) : wakeAtMs.set(encoded, at);
  }
  const heldBefore = before && heldBy(before);
  const heldAfter = after && heldBy(after);
  if (heldBefore !== heldAfter) {
    const bytes = (after ?? before)?.sizeBytes ?? 0;
    if (heldBefore) loads = addLoad(loads, heldBefore, { bytes: -bytes, live: 0 });
    if (heldAfter) loads = addLoad(loads, heldAfter, { bytes, live: 0 });
  }
  const liveBefore = before && liveAttempt(before);
  const liveAfter = after && liveAttempt(after);
  if (liveBefore?.attemptId !== liveAfter?.attemptId) {
    if (before && liveBefore) {
      loads = addLoad(loads, liveBefore.member, { bytes: 0, live: -1 });
      liveByDatabase = liveByDatabase.remove(before.databaseGuid);
      liveByAttempt = liveByAttempt.remove(liveBefore.attemptId);
      for (const slot of liveBefore.slots) used = withUse(used, slot, -1);
    }
    if (after && liveAfter) {
      loads = addLoad(loads, liveAfter.member, { bytes: 0, live: 1 }).update(liveAfter.member, NO_LOAD, (load) => ({
        ...load,
        // Not simply this one: a replay brings the attempts of one run after those of another.
        lastDispatchAtMs: Math.max(load.lastDispatchAtMs ?? nowMs, nowMs),
      }));
      const ref = {
        ...key,
        attemptId: liveAfter.attemptId,
        member: liveAfter.member,
        databaseGuid: after.databaseGuid,
      };
      liveByDatabase = liveByDatabase.set(after.databaseGuid, ref);
      liveByAttempt = liveByAttempt.set(liveAfter.attemptId, ref);
      for (const slot of liveAfter.slots) used = withUse(used, slot, 1);
    }
  }
  return { ...state, queues, loads, liveByDatabase, liveByAttempt, used, blockedBy, wakeAtMs };
}

function withUse(used: IMap<string, number>, slot: string, change: number): IMap<string, number> {
  const count = used.get(slot, 0) + change;
  return count === 0 ? used.remove(slot) : used.set(slot, count);
}

function withoutQueued(
  queues: ConductorState['queues'],
  { member, rank }: { readonly member: string; readonly rank: number },
  encoded: string,
): ConductorState['queues'] {
  const lanes = queues.get(member, IMap<number, OrderedSet<string>>());
  const lane = lanes.get(rank, OrderedSet<string>()).remove(encoded);
  const rest = lane.isEmpty() ? lanes.remove(rank) : lanes.set(rank, lane);
  return rest.isEmpty() ? queues.remove(member) : queues.set(member, rest);
}

function withoutEntry(
  index: IMap<string, OrderedSet<string>>,
  key: string,
  entry: string,
): IMap<string, OrderedSet<string>> {
  const rest = index.get(key, OrderedSet<string>()).remove(entry);
  return rest.isEmpty() ? index.remove(key) : index.set(key, rest);
}

/** It has a place in a member's queue. */
export function isQueued(task: TaskState): task is TaskState & { member: string } {
  return task.status === 'pending' && task.member !== null;
}

function queuedAt(run: RunState, task: TaskState): { readonly member: string; readonly rank: number } | undefined {
  return isQueued(task) ? { member: task.member, rank: rankOf(run, task) } : undefined;
}

/** The member that carries a task's bytes: queued or at work. */
function heldBy(task: TaskState): string | undefined {
  return isQueued(task) ? task.member : liveAttempt(task)?.member;
}

function addLoad(
  loads: IMap<string, MemberLoad>,
  member: string,
  change: { readonly bytes: number; readonly live: number },
): IMap<string, MemberLoad> {
  return loads.update(member, NO_LOAD, (load) => ({
    ...load,
    openBytes: load.openBytes + change.bytes,
    liveAttempts: load.liveAttempts + change.live,
  }));
}
