/** The closed sets of words of restores; see `vocabulary.ts`. */

export const RESTORE_POINTS = ['newest', 'backup', 'time'] as const;
/** The newest point that can be reached; one given backup with the chain before it; the last point not after a moment. */
export type RestorePointKind = (typeof RESTORE_POINTS)[number];

export const RESTORE_TARGETS = ['original', 'database', 'recovery', 'removeRecovery', 'server', 'files'] as const;
/**
 * `original`: over the database itself, where its active copy is. `database`: over another one. `recovery`: into a recovery
 * database that the product creates. `removeRecovery`: takes such a recovery database away again. `server`: over the database
 * itself after its active copy was moved there, or, for one outside any DAG, into a new database there. `files`: into a folder.
 */
export type RestoreTargetKind = (typeof RESTORE_TARGETS)[number];

export const FULL_AFTER = ['recommend', 'take'] as const;
/** A restore breaks the chain of backups: the next one has to be a full, which the run recommends or asks for itself. */
export type FullAfter = (typeof FULL_AFTER)[number];

export const ON_RUNNING_BACKUP = ['wait', 'cancel'] as const;
/** What happens to a backup of the database that runs when its restore is due. */
export type OnRunningBackup = (typeof ON_RUNNING_BACKUP)[number];

export const RESTORE_TASK_STATUSES = [
  'waiting',
  'restoring',
  'reseeding',
  'undoing',
  'succeeded',
  'failed',
  'cancelled',
  'needsAttention',
] as const;
/**
 * `waiting`: nothing was touched. `reseeding`: users are back, the other copies are being made again. `failed` and `cancelled`:
 * everything is as it was. `needsAttention`: it is not, and a standing alarm says what a person must do.
 */
export type RestoreTaskStatus = (typeof RESTORE_TASK_STATUSES)[number];
export const FINAL_RESTORE_TASK_STATUSES = ['succeeded', 'failed', 'cancelled', 'needsAttention'] as const;
export type FinalRestoreTaskStatus = (typeof FINAL_RESTORE_TASK_STATUSES)[number];
export function isFinalRestoreTaskStatus(status: RestoreTaskStatus): status is FinalRestoreTaskStatus {
  return (FINAL_RESTORE_TASK_STATUSES as readonly RestoreTaskStatus[]).includes(status);
}

export const RESTORE_STEP_KINDS = [
  'readState',
  'moveActive',
  'suspendCopy',
  'resumeCopy',
  'dismount',
  'mount',
  'allowFileRestore',
  'forbidFileRestore',
  'createDatabase',
  'createRecoveryDatabase',
  'removeRecoveryDatabase',
  'restoreBackup',
  'restoreFiles',
  'reseedCopy',
] as const;
export type RestoreStepKind = (typeof RESTORE_STEP_KINDS)[number];

export const RESTORE_STEP_PURPOSES = ['look', 'forward', 'undo'] as const;
export type RestoreStepPurpose = (typeof RESTORE_STEP_PURPOSES)[number];

export const RESTORE_STEP_END_OUTCOMES = ['succeeded', 'failed', 'refused', 'stopped', 'interrupted'] as const;
/** What an agent says of a step's end; see the outcomes of attempts. `succeeded` also where there was nothing left to do. */
export type RestoreStepEndOutcome = (typeof RESTORE_STEP_END_OUTCOMES)[number];

export const RESTORE_STEP_OUTCOMES = [...RESTORE_STEP_END_OUTCOMES, 'lost', 'withdrawn'] as const;
/** With what only the conductor can say: the lease ran out, or the order was taken back before it could be carried out. */
export type RestoreStepOutcome = (typeof RESTORE_STEP_OUTCOMES)[number];

export const ALARM_KINDS = ['stalled', 'attention'] as const;
/**
 * `stalled`: a restore that has changed something in Exchange does not get on; it ends by itself when the restore does.
 * `attention`: the restore is over and left something to a person; it stands until somebody acknowledges it.
 */
export type AlarmKind = (typeof ALARM_KINDS)[number];
