import { taskOf } from '../conductor.state.js';
import { isQueued } from '../indexes/queues.js';
import { dueTasks, waitingFor } from '../indexes/waits.js';
import type { TaskKey } from '../task-key.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';

/** A change came about: the tasks that wait for it look again, and no others. */
export function wake(draft: Draft, context: Context, change: string): void {
  for (const key of waitingFor(draft.state, change)) lookAgain(draft, context, key);
}

/** The waits that time has ended. */
export function wakeDue(draft: Draft, context: Context): void {
  for (const key of dueTasks(draft.state, context.nowMs)) lookAgain(draft, context, key);
}

function lookAgain(draft: Draft, context: Context, key: TaskKey): void {
  const run = draft.state.runs.get(key.runId);
  const task = taskOf(draft.state, key);
  if (!run || !task) return;
  if (isQueued(task)) draft.dirtyMembers.add(task.member);
  else if (run.status === 'running' && task.status === 'pending')
    continueTask(draft, context, run, task, unchanged(task));
}
