import {
  ALARM_KINDS,
  RESTORE_TASK_STATUSES,
  RUN_KINDS,
  RUN_STATUSES,
  TASK_STATUSES,
  isFinalRunStatus,
  type AlarmKind,
  type RestoreTaskStatus,
  type RunKind,
  type RunStatus,
  type TaskStatus,
} from '#contracts';
import { isOver } from '../restore/restore.state.js';
import { restoresBySlot } from '../restore/sessions.js';
import { taskOf, type ConductorState } from './conductor.state.js';
import { limitOf } from './maintenance/limits.js';
import type { Settings } from './settings.js';
import { slotKey } from './slots.js';
import type { World } from './world.js';

export interface MemberWork {
  readonly member: string;
  /** Backups and restores at work there, and how many may be at once; null: any number. */
  readonly running: number;
  readonly limit: number | null;
}

export interface Counted<Of> {
  readonly of: Of;
  readonly count: number;
}

/** How the work in hand stands, in numbers. */
export interface WorkFigures {
  readonly runs: readonly Counted<{ readonly kind: RunKind; readonly status: RunStatus }>[];
  /** Tasks of the runs in hand, those that are over among them. */
  readonly backupTasks: readonly Counted<TaskStatus>[];
  readonly restoreTasks: readonly Counted<RestoreTaskStatus>[];
  readonly members: readonly MemberWork[];
  readonly drainedMembers: number;
  readonly alarms: readonly Counted<AlarmKind>[];
}

/** Costs as much as there are runs, live attempts, restores and members; the tasks of a backup are not looked at one by one. */
export function workFigures(state: ConductorState, world: World, settings: Settings): WorkFigures {
  const restores = [...state.restores.values()];
  return {
    runs: runFigures(state),
    backupTasks: backupTaskFigures(state),
    restoreTasks: counted(
      RESTORE_TASK_STATUSES,
      restores.filter((run) => !isOver(run)).flatMap(({ tasks }) => [...tasks.values()].map(({ status }) => status)),
    ),
    members: memberFigures(state, world, settings),
    drainedMembers: state.maintenance.drains.size,
    alarms: counted(
      ALARM_KINDS,
      restores.flatMap((run) => [...run.alarms.values()].map(({ kind }) => kind)),
    ),
  };
}

function runFigures({ runs, restores }: ConductorState): WorkFigures['runs'] {
  const live = RUN_STATUSES.filter((status) => !isFinalRunStatus(status));
  const statuses: Readonly<Record<RunKind, readonly RunStatus[]>> = {
    backup: [...runs.values()].map(({ status }) => status),
    restore: [...restores.values()].map(({ status }) => status),
  };
  return RUN_KINDS.flatMap((kind) =>
    counted(live, statuses[kind]).map(({ of: status, count }) => ({ of: { kind, status }, count })),
  );
}

function backupTaskFigures(state: ConductorState): WorkFigures['backupTasks'] {
  const counts = new Map<TaskStatus, number>(TASK_STATUSES.map((status) => [status, 0]));
  const add = (status: TaskStatus, count: number): void => void counts.set(status, (counts.get(status) ?? 0) + count);
  for (const { tally } of state.runs.values()) {
    const { total, ended, succeeded, failed, cancelled, notNeeded } = tally;
    add('succeeded', succeeded);
    add('failed', failed);
    add('cancelled', cancelled);
    add('notNeeded', notNeeded);
    add('skipped', ended - succeeded - failed - cancelled - notNeeded);
    add('pending', total - ended);
  }
  // Of those that are not over, the ones at work are known by their attempts.
  for (const ref of state.liveByAttempt.values()) {
    const status = taskOf(state, ref)?.status;
    if (status !== 'dispatched' && status !== 'running') continue;
    add(status, 1);
    add('pending', -1);
  }
  return [...counts].map(([of, count]) => ({ of, count }));
}

function memberFigures(state: ConductorState, world: World, settings: Settings): readonly MemberWork[] {
  const restores = restoresBySlot(state, world);
  return [...world.members.keys()].map((member) => {
    const slot = slotKey({ scope: 'member', name: member });
    return {
      member,
      running: state.used.get(slot, 0) + (restores.get(slot) ?? 0),
      limit: limitOf(state.maintenance, settings, 'member', member),
    };
  });
}

/** How often each of the values is there, 0 among them. */
function counted<Value extends string>(values: readonly Value[], found: readonly Value[]): readonly Counted<Value>[] {
  const counts = new Map<Value, number>(values.map((value) => [value, 0]));
  for (const each of found) {
    const count = counts.get(each);
    if (count !== undefined) counts.set(each, count + 1);
  }
  return [...counts].map(([of, count]) => ({ of, count }));
}
