import type { AttemptReason } from '#contracts';
import { place } from '../../planning/place.js';
import type { RunState, TaskState } from '../run.state.js';
import { foreignLock } from './backup-in-progress.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext, questionFor } from './question.js';

export interface Continuation {
  readonly nextReason: AttemptReason;
  readonly reason: string;
  /** Do not try before this time has passed. 0: at once, if a place can be found. */
  readonly delayMs: number;
}

/** The continuation of a task that has been neither interrupted nor put off: as it stands. */
export function unchanged(task: TaskState): Continuation {
  return { nextReason: task.nextReason, reason: task.nextReasonText, delayMs: 0 };
}

/**
 * Finds a place for an open task without a live attempt: a member's queue, or a wait for a change that lets it go on, or
 * its end. The only way in which a task moves between members.
 */
export function continueTask(draft: Draft, context: Context, run: RunState, task: TaskState, how: Continuation): void {
  const { settings, nowMs } = context;
  const { runId } = run;
  const { taskId } = task;
  if (run.closing) return closeTask(draft, run, task);
  if (task.attempts.length >= settings.attemptLimit) {
    return draft.emit({
      type: 'TaskCompleted',
      runId,
      taskId,
      status: 'failed',
      reason: `given up after ${task.attempts.length} attempts; the last: ${how.reason}`,
    });
  }
  if (how.delayMs > 0) {
    return draft.emit({
      type: 'TaskDeferred',
      runId,
      taskId,
      wakeAtMs: nowMs + how.delayMs,
      nextReason: how.nextReason,
      cause: how.reason,
      reason: `tries again in ${Math.round(how.delayMs / 1_000)} s: ${how.reason}`,
      isRepeated: false,
    });
  }
  const database = context.world.databases.get(task.databaseGuid);
  if (!database)
    return waitForChange(draft, context, run, task, how, 'the inventory does not know the database any more');
  const question = questionFor(run, { ...task, nextReason: how.nextReason }, database);
  const placement = place(question, placementContext(draft, context));
  switch (placement.kind) {
    case 'placed':
      draft.emit({
        type: 'TaskReassigned',
        runId,
        taskId,
        member: placement.member,
        nextReason: how.nextReason,
        reason: how.reason,
        decision: placement.decision,
      });
      draft.dirtyMembers.add(placement.member);
      return;
    case 'waiting': {
      const lock = foreignLock(draft.state, context.world, database);
      return waitForChange(
        draft,
        context,
        run,
        task,
        how,
        lock === null ? placement.reason : `${lock} (${placement.reason})`,
      );
    }
    case 'impossible':
      return draft.emit({
        type: 'TaskCompleted',
        runId,
        taskId,
        status: placement.byPolicy || task.copyNumber > 1 ? 'skipped' : 'failed',
        ...(placement.byPolicy
          ? { leftOut: 'policy' as const }
          : task.copyNumber > 1
            ? { leftOut: 'fewerCopies' as const }
            : {}),
        rule: placement.rule,
        reason: `${how.reason}; no copy can be backed up: ${placement.reason}`,
      });
    default: {
      const unknown: never = placement;
      throw new Error(`unknown placement ${JSON.stringify(unknown)}`);
    }
  }
}

/** Ends a task of a run that is being cancelled or has passed its deadline. */
export function closeTask(draft: Draft, run: RunState, task: TaskState): void {
  const { runId } = run;
  draft.emit(
    run.closing === 'deadline'
      ? {
          type: 'TaskCompleted',
          runId,
          taskId: task.taskId,
          status: 'failed',
          reason: `not done when the run's deadline passed; it was ${task.reason || 'not begun'}`,
        }
      : { type: 'TaskCompleted', runId, taskId: task.taskId, status: 'cancelled', reason: 'the run was cancelled' },
  );
}

/** Changes wake a waiting task; the wake-up time is only the net below them. */
function waitForChange(
  draft: Draft,
  context: Context,
  run: RunState,
  task: TaskState,
  how: Continuation,
  why: string,
): void {
  const { settings, nowMs } = context;
  const waitedMs = nowMs - (task.waitingSinceMs ?? nowMs);
  if (waitedMs >= settings.waitLimitMs) {
    return draft.emit({
      type: 'TaskCompleted',
      runId: run.runId,
      taskId: task.taskId,
      status: 'failed',
      reason: `waited ${Math.round(waitedMs / 1_000)} s in vain: ${why}`,
    });
  }
  const reason = `waits: ${why}`;
  if (task.member === null && task.waitingSinceMs !== null && task.reason === reason && (task.wakeAtMs ?? 0) > nowMs)
    return;
  const wakeAtMs = Math.min(nowMs + settings.backoffMaxMs, (task.waitingSinceMs ?? nowMs) + settings.waitLimitMs);
  draft.emit({
    type: 'TaskDeferred',
    runId: run.runId,
    taskId: task.taskId,
    wakeAtMs,
    nextReason: how.nextReason,
    cause: how.reason,
    reason,
    isRepeated: task.reason === reason,
  });
}
