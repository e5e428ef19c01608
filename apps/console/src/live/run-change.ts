import type { RunView } from '#contracts';

/** What a viewer of a run gets after the first view: the head of the run, the tasks that changed, and what was added to its history. */
export type RunChange = Omit<RunView, 'request' | 'tasks' | 'log'> & Pick<RunView, 'tasks' | 'log'>;

/** Null where nothing changed. */
export function runChange(before: RunView, after: RunView): RunChange | null {
  const { request: _, tasks, log, ...head } = after;
  const known = new Map(before.tasks.map((task) => [task.taskId, JSON.stringify(task)]));
  const changed = tasks.filter((task) => known.get(task.taskId) !== JSON.stringify(task));
  const last = before.log.at(-1)?.sequence ?? 0;
  const added = log.filter(({ sequence }) => sequence > last);
  const { request: __, tasks: ___, log: ____, ...headBefore } = before;
  const isSame = changed.length === 0 && added.length === 0 && JSON.stringify(head) === JSON.stringify(headBefore);
  return isSame ? null : { ...head, tasks: changed, log: added };
}
