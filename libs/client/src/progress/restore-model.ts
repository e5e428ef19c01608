import type { RestoreTaskStatus, RestoreTaskView, TaskStatus } from '#contracts';
import type { TaskProgress } from './model.js';

/** A restore's task in the words that progress has for all tasks. */
export function statusOfRestore(status: RestoreTaskStatus): TaskStatus {
  switch (status) {
    case 'waiting':
      return 'pending';
    case 'restoring':
    case 'reseeding':
    case 'undoing':
      return 'running';
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return status;
    case 'needsAttention':
      return 'failed';
    default: {
      const unknown: never = status;
      throw new Error(`unknown status ${String(unknown)}`);
    }
  }
}

/** While a task reseeds, its own bytes are all there; the step at work says what it is about. */
export function restoreProgress(task: RestoreTaskView): TaskProgress {
  const step = task.steps.findLast(({ outcome }) => outcome === null);
  const sizeBytes = Number(task.sizeBytes);
  const doneBytes = Math.min(Number(task.bytesDone), sizeBytes || Number(task.bytesDone));
  const status = statusOfRestore(task.status);
  const isOver = status !== 'pending' && status !== 'running';
  return {
    taskId: task.taskId,
    label: task.databaseName,
    member: task.member,
    status,
    doneBytes,
    sizeBytes,
    fraction: isOver ? 1 : sizeBytes > 0 ? doneBytes / sizeBytes : 0,
    again: step ? step.text : task.status === 'reseeding' ? 'waits for its copies' : '',
  };
}
