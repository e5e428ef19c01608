import type { RunView } from '#contracts';

/** The head of the run, the tasks that changed, and what was added to its history. */
export type RunChange = Omit<RunView, 'request' | 'tasks' | 'log'> & Pick<RunView, 'tasks' | 'log'>;

/** Entries of history that the page keeps; older ones are in dagctl run show --history. */
const LOG_MAX = 5_000;

export function withRunChange(run: RunView, change: RunChange): RunView {
  const tasks = new Map(run.tasks.map((task) => [task.taskId, task]));
  for (const task of change.tasks) tasks.set(task.taskId, task);
  return { ...run, ...change, tasks: [...tasks.values()], log: [...run.log, ...change.log].slice(-LOG_MAX) };
}
