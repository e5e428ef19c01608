import { memberName } from '../world.js';
import { isOpen, liveAttempt } from '../run.state.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';

/**
 * A database is active elsewhere. Its running backup is lost, on whatever copy it runs (MS-WRITER, KB4037535), so the live
 * attempt is superseded and told to stop; only its end, or the end of its lease, frees the task for a new attempt.
 */
export function onDatabaseMoved(
  draft: Draft,
  context: Context,
  input: Extract<Input, { type: 'DatabaseMoved' }>,
): void {
  const { databaseGuid, fromMember, toMember, category } = input;
  for (const run of draft.state.runs.values()) {
    const open = run.tasksByDatabase.get(databaseGuid, []).flatMap((taskId) => {
      const task = run.tasks.get(taskId);
      return task && isOpen(task) ? [task] : [];
    });
    const [first] = open;
    if (!first) continue;
    const { runId } = run;
    draft.emit({
      type: 'DatabaseMoved',
      runId,
      databaseGuid,
      databaseName: first.databaseName,
      fromMember,
      toMember,
      category,
    });
    for (const task of open) {
      const attempt = liveAttempt(task);
      // An attempt sent in the knowledge of this very move is not broken by it.
      if (attempt && attempt.superseded === null && attempt.activeMember !== toMember) {
        draft.emit({
          type: 'AttemptSuperseded',
          runId,
          taskId: task.taskId,
          attemptId: attempt.attemptId,
          because: 'failover',
          reason: `${task.databaseName} is now active on ${memberName(context.world, toMember)}`,
        });
      }
    }
  }
  reconsiderDatabase(draft, context, databaseGuid);
}

/** Something of a database changed: its tasks that wait for a place look again. Queued ones are checked when their turn comes. */
export function reconsiderDatabase(draft: Draft, context: Context, databaseGuid: string): void {
  for (const run of draft.state.runs.values()) {
    if (run.status !== 'running') continue;
    for (const taskId of run.tasksByDatabase.get(databaseGuid, [])) {
      const task = draft.state.runs.get(run.runId)?.tasks.get(taskId);
      if (task?.status === 'pending' && task.member === null && isDue(task.wakeAtMs, task.nextReason, context.nowMs)) {
        continueTask(draft, context, run, task, unchanged(task));
      }
    }
  }
}

/** A change wakes a task that waits for one; a task that backs off after a failure of its own sits its time out. */
function isDue(wakeAtMs: number | null, nextReason: string, nowMs: number): boolean {
  return wakeAtMs === null || wakeAtMs <= nowMs || nextReason !== 'retry';
}

/** The whole picture is new: every waiting task looks again. */
export function reconsiderAll(draft: Draft, context: Context): void {
  for (const run of draft.state.runs.values()) {
    if (run.status !== 'running') continue;
    for (const taskId of run.waiting) {
      const task = run.tasks.get(taskId);
      if (task && isDue(task.wakeAtMs, task.nextReason, context.nowMs))
        continueTask(draft, context, run, task, unchanged(task));
    }
  }
}

/** A member returned or changed: tasks that wait are placed anew if they may now go there. */
export function reconsiderMember(draft: Draft, context: Context, member: string): void {
  draft.dirtyMembers.add(member);
  for (const run of draft.state.runs.values()) {
    if (run.status !== 'running') continue;
    for (const taskId of run.waiting) {
      const task = run.tasks.get(taskId);
      const database = task && context.world.databases.get(task.databaseGuid);
      if (!task || !database?.copies.some((copy) => copy.member === member)) continue;
      if (isDue(task.wakeAtMs, task.nextReason, context.nowMs))
        continueTask(draft, context, run, task, unchanged(task));
    }
  }
}
