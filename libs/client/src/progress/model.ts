import { isFinalTaskStatus, type RunView, type TaskStatus, type TaskView } from '#contracts';
import { restoreProgress } from './restore-model.js';

/** One task as the progress shows it. */
export interface TaskProgress {
  readonly taskId: string;
  readonly label: string;
  readonly member: string | null;
  readonly status: TaskStatus;
  readonly doneBytes: number;
  readonly sizeBytes: number;
  /** 0 to 1; an ended task is whole, however it ended. */
  readonly fraction: number;
  /** Why the present attempt is not the first (`attempt 2, failover`), or the step that a restore is at; empty otherwise. */
  readonly again: string;
}

export interface MemberProgress {
  readonly member: string;
  readonly fraction: number;
  readonly ended: number;
  readonly total: number;
  readonly live: number;
}

export interface RunProgress {
  readonly fraction: number;
  readonly ended: number;
  readonly total: number;
  readonly doneBytes: number;
  readonly sizeBytes: number;
  readonly members: readonly MemberProgress[];
  /** Dispatched or running, in a stable order. */
  readonly live: readonly TaskProgress[];
  readonly counts: Readonly<Record<TaskStatus, number>>;
}

/** Where a run stands, as numbers. Tasks that are skipped or not needed are counted but weigh nothing: no work is planned for them. */
export function progressOf(run: RunView): RunProgress {
  const counts: Record<TaskStatus, number> = {
    pending: 0,
    dispatched: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    notNeeded: 0,
    skipped: 0,
    cancelled: 0,
  };
  const restores = (run.restore?.tasks ?? []).map(restoreProgress);
  for (const task of [...run.tasks, ...restores]) counts[task.status] += 1;
  const several = new Set(run.tasks.filter(({ copyNumber }) => copyNumber > 1).map(({ databaseGuid }) => databaseGuid));
  const backups = run.tasks
    .filter(({ status }) => status !== 'skipped' && status !== 'notNeeded')
    .map((task) => taskProgress(task, several.has(task.databaseGuid)));
  const working = [...backups, ...restores];
  return {
    ...weigh(working),
    counts,
    doneBytes: sum(working.map(({ doneBytes }) => doneBytes)),
    sizeBytes: sum(working.map(({ sizeBytes }) => sizeBytes)),
    members: membersOf(working),
    live: working.filter(isLive),
  };
}

function taskProgress(task: TaskView, several: boolean): TaskProgress {
  const attempt = task.attempts.at(-1);
  const sizeBytes = Number(task.sizeBytes);
  const doneBytes = Math.min(Number(task.bytesDone), sizeBytes || Number(task.bytesDone));
  const share = sizeBytes > 0 ? doneBytes / sizeBytes : 0;
  return {
    taskId: task.taskId,
    label: several ? `${task.databaseName} #${task.copyNumber}` : task.databaseName,
    member: task.member ?? attempt?.member ?? null,
    status: task.status,
    doneBytes,
    sizeBytes,
    fraction: isFinalTaskStatus(task.status) ? 1 : share,
    again: attempt && attempt.number > 1 ? `attempt ${attempt.number}, ${attempt.reason}` : '',
  };
}

function membersOf(tasks: readonly TaskProgress[]): readonly MemberProgress[] {
  const names = [...new Set(tasks.flatMap(({ member }) => (member === null ? [] : [member])))].toSorted();
  return names.map((member) => {
    const own = tasks.filter((task) => task.member === member);
    return { member, ...weigh(own), live: own.filter(isLive).length };
  });
}

function isLive(task: TaskProgress): boolean {
  return task.status === 'dispatched' || task.status === 'running';
}

/** Weighted by size; a database of unknown size weighs as one byte, so that it is still seen. */
function weigh(tasks: readonly TaskProgress[]): { fraction: number; ended: number; total: number } {
  const weights = tasks.map(({ sizeBytes }) => Math.max(1, sizeBytes));
  const whole = sum(weights);
  const done = sum(tasks.map((task, index) => task.fraction * (weights[index] ?? 0)));
  return {
    fraction: whole > 0 ? done / whole : 0,
    ended: tasks.filter(({ status }) => isFinalTaskStatus(status)).length,
    total: tasks.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
