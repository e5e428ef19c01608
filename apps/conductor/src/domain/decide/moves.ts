import { change, isOfThePicture } from '../changes.js';
import { membersWithQueue } from '../indexes/queues.js';
import { memberName } from '../world.js';
import { isOpen, liveAttempt } from '../run.state.js';
import type { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';
import { wake } from './wake.js';

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

/** Something of a database changed: its tasks that wait for that look again. Queued ones are checked when their turn comes. */
export function reconsiderDatabase(draft: Draft, context: Context, databaseGuid: string): void {
  wake(draft, context, change.database(databaseGuid));
}

/** The whole picture is new, and may show what no message told: all that waits for something in it looks again. */
export function reconsiderAll(draft: Draft, context: Context): void {
  for (const key of draft.state.blockedBy.keys()) if (isOfThePicture(key)) wake(draft, context, key);
  for (const member of membersWithQueue(draft.state)) draft.dirtyMembers.add(member);
}

/** A member returned or changed: tasks that wait for that are placed anew. */
export function reconsiderMember(draft: Draft, context: Context, member: string): void {
  draft.dirtyMembers.add(member);
  wake(draft, context, change.member(member));
}
