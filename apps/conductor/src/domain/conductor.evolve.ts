import { evolveRestore } from '../restore/evolve-restore.js';
import type { RestoreEvent } from '../restore/restore.events.js';
import { isClosed } from '../restore/restore.state.js';
import { isRestoreEvent, type ConductorEvent } from './conductor.events.js';
import { EMPTY_STATE, type ConductorState } from './conductor.state.js';
import { holdersOf, liveAttemptsAfter } from './indexes/live-attempts.js';
import { loadsAfter } from './indexes/loads.js';
import { queuesAfter } from './indexes/queues.js';
import { locksOf, restoresAtWorkAfter } from './indexes/restores-at-work.js';
import { waitsAfter } from './indexes/waits.js';
import type { MaintenanceEvent } from './maintenance/maintenance.events.js';
import { evolveMaintenance } from './maintenance/maintenance.state.js';
import type { RunEvent } from './run.events.js';
import { evolveRun } from './run.evolve.js';
import { isFinal } from './run.state.js';

/** Folds one event into the state. A run that ended leaves it: its history stays in the store. */
export function evolve(state: ConductorState, event: ConductorEvent): ConductorState {
  return isRestoreEvent(event) ? evolveRestores(state, event) : evolveRuns(state, event);
}

export function withMaintenance(state: ConductorState, event: MaintenanceEvent): ConductorState {
  return { ...state, maintenance: evolveMaintenance(state.maintenance, event) };
}

/**
 * The state after a restart. The store gives its events run by run, so attempts of different runs come back in another order than
 * they lived in: who holds a database is read from the attempts that live at the end, not from who came last.
 */
export function replay(
  events: readonly ConductorEvent[],
  maintenance: readonly MaintenanceEvent[] = [],
): ConductorState {
  const state = events.reduce(evolve, maintenance.reduce(withMaintenance, EMPTY_STATE));
  return { ...state, liveByDatabase: holdersOf(state), restoreLocks: locksOf(state.restores) };
}

function evolveRuns(state: ConductorState, event: RunEvent): ConductorState {
  const { runId, atMs } = event;
  const before = state.runs.get(runId);
  const run = evolveRun(before, event);
  const runs = isFinal(run) ? state.runs.remove(runId) : state.runs.set(runId, run);
  const taskId = taskIdOf(event);
  if (taskId === undefined) return { ...state, runs };
  const change = {
    key: { runId, taskId },
    run,
    before: before?.tasks.get(taskId),
    after: run.tasks.get(taskId),
    atMs,
  };
  return {
    ...state,
    runs,
    ...liveAttemptsAfter(state, change),
    ...loadsAfter(state, change),
    ...queuesAfter(state, change),
    ...waitsAfter(state, change),
  };
}

function evolveRestores(state: ConductorState, event: RestoreEvent): ConductorState {
  const { runId } = event;
  const before = state.restores.get(runId);
  const run = evolveRestore(before, event);
  const restores = isClosed(run) ? state.restores.remove(runId) : state.restores.set(runId, run);
  if (!('taskId' in event)) return { ...state, restores };
  const { taskId } = event;
  const key = { runId, taskId };
  return { ...state, restores, ...restoresAtWorkAfter(state, key, before?.tasks.get(taskId), run.tasks.get(taskId)) };
}

function taskIdOf(event: RunEvent): string | undefined {
  if ('task' in event) return event.task.taskId;
  return 'taskId' in event ? event.taskId : undefined;
}
