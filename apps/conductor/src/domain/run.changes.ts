import type { TaskStatus } from '#contracts';
import { Map as IMap, Set as ISet } from 'immutable';
import type { RunEventOf } from './run.events.js';
import type { LeftOut, TaskBlock, TaskSubject } from './run.event-parts.js';
import type { AttemptState, Block, RunState, TaskState } from './run.state.js';

export function newRun(event: RunEventOf<'RunRequested'>): RunState {
  return {
    runId: event.runId,
    requestId: event.requestId,
    requestedBy: event.requestedBy,
    request: event.request,
    order: event.order,
    requestedAtMs: event.atMs,
    deadlineAtMs: event.deadlineAtMs,
    endedAtMs: null,
    status: 'collecting',
    closing: null,
    reason: 'collecting the state of every member',
    exitCode: null,
    warnings: [],
    missingMembers: [],
    knownDatabases: 0,
    excluded: [],
    plannedAtMs: null,
    estimate: null,
    tasks: IMap(),
    tasksByDatabase: IMap(),
    window: null,
    waiting: ISet(),
    tally: {
      total: 0,
      ended: 0,
      succeeded: 0,
      failed: 0,
      cancelled: 0,
      notNeeded: 0,
      leftOut: { never: 0, policy: 0, fewerCopies: 0 },
      failovers: 0,
      agentsLost: 0,
      reroutes: 0,
    },
    version: 1,
  };
}

/** A task before anything was decided about it. */
export function newTask(subject: TaskSubject): TaskState {
  return {
    ...subject,
    status: 'pending',
    reason: '',
    rule: null,
    member: null,
    queuedAtMs: null,
    blocked: null,
    waitingSinceMs: null,
    moves: 0,
    movedAtMs: null,
    nextReason: 'planned',
    nextReasonText: 'planned',
    attempts: [],
  };
}

/** The run with one more task. */
export function added(run: RunState, task: TaskState): RunState {
  const siblings = run.tasksByDatabase.get(task.databaseGuid, []);
  return {
    ...run,
    tasks: run.tasks.set(task.taskId, task),
    tasksByDatabase: run.tasksByDatabase.set(task.databaseGuid, [...siblings, task.taskId]),
    waiting: isWaiting(task) ? run.waiting.add(task.taskId) : run.waiting,
    tally: { ...run.tally, total: run.tally.total + 1 },
  };
}

export function blockOf(block: Omit<TaskBlock, 'taskId'>, sinceMs: number): Block {
  const { rule, reason, liftedBy, wakeAtMs } = block;
  return { rule, reason, liftedBy, wakeAtMs, sinceMs };
}

function isWaiting(task: TaskState): boolean {
  return task.status === 'pending' && task.member === null;
}

/** The run with one task changed, and what is counted of it in step. */
export function withTask(run: RunState, taskId: string, change: (task: TaskState) => TaskState): RunState {
  const task = run.tasks.get(taskId);
  if (!task) throw new Error(`run ${run.runId} has no task ${taskId}`);
  const next = change(task);
  return {
    ...run,
    tasks: run.tasks.set(taskId, next),
    waiting: isWaiting(next) ? run.waiting.add(taskId) : run.waiting.remove(taskId),
  };
}

export function withAttempt(
  run: RunState,
  event: { readonly taskId: string; readonly attemptId: string },
  change: (attempt: AttemptState) => AttemptState,
): RunState {
  return withTask(run, event.taskId, (task) => ({
    ...task,
    attempts: task.attempts.map((attempt) => (attempt.attemptId === event.attemptId ? change(attempt) : attempt)),
  }));
}

/** The run with one more of its tasks counted as over. */
export function ended(run: RunState, status: TaskStatus, leftOut: LeftOut | undefined): RunState {
  const { tally } = run;
  return {
    ...run,
    tally: {
      ...tally,
      ended: tally.ended + 1,
      succeeded: tally.succeeded + (status === 'succeeded' ? 1 : 0),
      failed: tally.failed + (status === 'failed' ? 1 : 0),
      cancelled: tally.cancelled + (status === 'cancelled' ? 1 : 0),
      notNeeded: tally.notNeeded + (status === 'notNeeded' ? 1 : 0),
      leftOut: leftOut ? { ...tally.leftOut, [leftOut]: tally.leftOut[leftOut] + 1 } : tally.leftOut,
    },
  };
}
