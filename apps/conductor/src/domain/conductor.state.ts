import { Map as IMap, OrderedSet } from 'immutable';
import type { RestoreRunState } from '../restore/restore.state.js';
import type { LiveAttempts } from './indexes/live-attempts.js';
import type { Loads } from './indexes/loads.js';
import type { Queues } from './indexes/queues.js';
import type { RestoresAtWork } from './indexes/restores-at-work.js';
import type { Waits } from './indexes/waits.js';
import { NO_MAINTENANCE, type MaintenanceState } from './maintenance/maintenance.state.js';
import type { RunState, TaskState } from './run.state.js';
import type { TaskKey } from './task-key.js';

/**
 * Everything the conductor decides from: the unfinished runs, and indexes of what must hold across them. Persistent collections keep
 * each change at logarithmic cost, so that deciding for one database costs the same among a hundred and a hundred thousand.
 */
export interface ConductorState extends LiveAttempts, Loads, Queues, RestoresAtWork, Waits {
  readonly runs: IMap<string, RunState>;
  /** Restore runs that are not over, or whose alarms nobody has acknowledged. */
  readonly restores: IMap<string, RestoreRunState>;
  readonly maintenance: MaintenanceState;
}

export const EMPTY_STATE: ConductorState = {
  runs: IMap(),
  restores: IMap(),
  maintenance: NO_MAINTENANCE,
  liveByDatabase: IMap(),
  liveByAttempt: IMap(),
  used: IMap(),
  loads: IMap(),
  queues: IMap(),
  blockedBy: IMap(),
  wakeAtMs: IMap(),
  liveByStep: IMap(),
  restoreLocks: IMap(),
  restoring: OrderedSet(),
};

export function taskOf(state: ConductorState, key: TaskKey): TaskState | undefined {
  return state.runs.get(key.runId)?.tasks.get(key.taskId);
}
