import type { AttemptReason } from '#contracts';
import { inputsOf } from '../../planning/inputs.js';
import { place } from '../../planning/place.js';
import { change, waitsForPeople } from '../changes.js';
import type { VainSearch } from '../run.event-parts.js';
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
      rule: 'backoff',
      // What failed by itself sits its time out; what found no taker may go as soon as there is news.
      liftedBy: how.nextReason === 'retry' ? [] : newsOf(context, task),
      isRepeated: false,
      isPatient: false,
    });
  }
  const database = context.world.databases.get(task.databaseGuid);
  if (!database)
    return waitForChange(draft, context, run, task, how, {
      rule: 'database-known',
      why: 'the inventory does not know the database any more',
      liftedBy: [change.database(task.databaseGuid), change.picture],
    });
  const question = questionFor(run, { ...task, nextReason: how.nextReason }, database);
  const placing = placementContext(draft, context);
  const placement = place(question, placing);
  // Before anything is emitted: the context looks at the state as it grows.
  const inputs = inputsOf(
    { databases: [database.guid], members: question.takenMembers, backupType: question.backupType },
    placing,
  );
  const { decision } = placement;
  switch (placement.kind) {
    case 'placed':
      draft.emit({
        type: 'TaskReassigned',
        runId,
        taskId,
        member: placement.member,
        nextReason: how.nextReason,
        reason: how.reason,
        decision,
        inputs,
      });
      draft.dirtyMembers.add(placement.member);
      return;
    case 'waiting': {
      const lock = foreignLock(draft.state, context.world, database);
      return waitForChange(draft, context, run, task, how, {
        rule: placement.rule,
        why: lock === null ? placement.reason : `${lock} (${placement.reason})`,
        liftedBy: placement.liftedBy,
        search: { decision, inputs },
      });
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
        search: { decision, inputs },
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

/** Whatever may be new of a database, of its copies, or of their members. */
function newsOf({ world }: Context, task: TaskState): readonly string[] {
  const copies = world.databases.get(task.databaseGuid)?.copies ?? [];
  return [change.database(task.databaseGuid), ...copies.map(({ member }) => change.member(member))];
}

interface Wait {
  readonly rule: string;
  readonly why: string;
  readonly liftedBy: readonly string[];
  readonly search?: VainSearch;
}

/** The changes that it names wake it. Time only ends the wait, unless it is people who decide how long it lasts. */
function waitForChange(
  draft: Draft,
  context: Context,
  run: RunState,
  task: TaskState,
  how: Continuation,
  { rule, why, liftedBy, search }: Wait,
): void {
  const { settings, nowMs } = context;
  const isPatient = waitsForPeople(liftedBy);
  const waitedMs = nowMs - (task.waitingSinceMs ?? nowMs);
  if (waitedMs >= settings.waitLimitMs && !isPatient) {
    return draft.emit({
      type: 'TaskCompleted',
      runId: run.runId,
      taskId: task.taskId,
      status: 'failed',
      reason: `waited ${Math.round(waitedMs / 1_000)} s in vain: ${why}`,
    });
  }
  const reason = `waits: ${why}`;
  const { blocked } = task;
  const isRepeated = blocked?.rule === rule && task.reason === reason;
  const isKnown = isRepeated && blocked.liftedBy.join() === liftedBy.join();
  if (task.member === null && isKnown && (blocked.wakeAtMs ?? Number.POSITIVE_INFINITY) > nowMs) return;
  draft.emit({
    type: 'TaskDeferred',
    runId: run.runId,
    taskId: task.taskId,
    rule,
    liftedBy,
    wakeAtMs: isPatient ? null : (task.waitingSinceMs ?? nowMs) + settings.waitLimitMs,
    nextReason: how.nextReason,
    cause: how.reason,
    reason,
    isRepeated,
    isPatient,
    ...(search && !isRepeated ? { search } : {}),
  });
}
