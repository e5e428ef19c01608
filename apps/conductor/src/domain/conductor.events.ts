import type { NewRestoreEvent, RestoreEvent } from '../restore/restore.events.js';
import type { NewRunEvent, RunEvent } from './run.events.js';

export { isRestoreEvent } from '../restore/restore.events.js';

/** Everything that is stored: what happened in runs of either kind. A run's history is of one kind throughout. */
export type ConductorEvent = RunEvent | RestoreEvent;
export type NewConductorEvent = NewRunEvent | NewRestoreEvent;
