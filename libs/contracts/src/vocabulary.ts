/**
 * The closed sets of words the product uses on the wire and in code. Each is an `as const` list (so that DTOs can
 * validate against it) and a union type of the same name.
 */

export const DATABASE_KINDS = ['dag', 'standalone', 'publicFolder', 'recovery'] as const;
/** `recovery` databases may be restored to, and are never a backup source (MS-RDB). */
export type DatabaseKind = (typeof DATABASE_KINDS)[number];

/**
 * `Get-MailboxDatabaseCopyStatus` → `Status`, by name: the numbers behind the names are ordered differently in different
 * places of Exchange and must never be stored or compared (reference section 1.2). A name we do not know becomes `Unknown`.
 */
export const COPY_STATUSES = [
  'Mounted',
  'Dismounted',
  'Mounting',
  'Dismounting',
  'Healthy',
  'DisconnectedAndHealthy',
  'Resynchronizing',
  'DisconnectedAndResynchronizing',
  'Initializing',
  'Seeding',
  'SeedingSource',
  'Suspended',
  'Failed',
  'FailedAndSuspended',
  'ServiceDown',
  'SinglePageRestore',
  'NonExchangeReplication',
  'Misconfigured',
  'Unknown',
] as const;
export type CopyStatus = (typeof COPY_STATUSES)[number];

export const COPY_ROLES = ['active', 'passive'] as const;
export type CopyRole = (typeof COPY_ROLES)[number];

export const BACKUP_TYPES = ['full', 'copy', 'incremental', 'differential'] as const;
export type BackupType = (typeof BACKUP_TYPES)[number];

export const COPY_PREFERENCES = ['preferPassive', 'passiveOnly', 'activeOnly'] as const;
/** Which copy of a database a backup may read: a passive one if there is an eligible one, only passive ones, or only the active one. */
export type CopyPreference = (typeof COPY_PREFERENCES)[number];

export const FAILOVER_POLICIES = ['followActive', 'bestCopy'] as const;
/** Where a backup that a failover interrupted goes on: at the member that is active now, or wherever the planner finds the best copy. */
export type FailoverPolicy = (typeof FAILOVER_POLICIES)[number];

export const SPREADS = ['member', 'site', 'storageServer'] as const;
/** What the n backups of one database in a run must not share. Members whose site, or storage server, is not known count as one. */
export type Spread = (typeof SPREADS)[number];

export const MOVE_CATEGORIES = ['switchover', 'failover', 'unknown'] as const;
/** Planned move, unplanned move, or not known (seen only by comparing two reports). */
export type MoveCategory = (typeof MOVE_CATEGORIES)[number];

export const RUN_KINDS = ['backup', 'restore'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

export const RUN_STATUSES = [
  'collecting',
  'running',
  'cancelling',
  'completed',
  'completedWithErrors',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const FINAL_RUN_STATUSES = ['completed', 'completedWithErrors', 'failed', 'cancelled'] as const;
export type FinalRunStatus = (typeof FINAL_RUN_STATUSES)[number];
export function isFinalRunStatus(status: RunStatus): status is FinalRunStatus {
  return (FINAL_RUN_STATUSES as readonly RunStatus[]).includes(status);
}

export const TASK_STATUSES = [
  'pending',
  'dispatched',
  'running',
  'succeeded',
  'failed',
  'notNeeded',
  'skipped',
  'cancelled',
] as const;
/** `notNeeded`: Exchange's own record of an earlier backup proves that none is due. `skipped`: left out by a named rule. */
export type TaskStatus = (typeof TASK_STATUSES)[number];
export const FINAL_TASK_STATUSES = ['succeeded', 'failed', 'notNeeded', 'skipped', 'cancelled'] as const;
export type FinalTaskStatus = (typeof FINAL_TASK_STATUSES)[number];
export function isFinalTaskStatus(status: TaskStatus): status is FinalTaskStatus {
  return (FINAL_TASK_STATUSES as readonly TaskStatus[]).includes(status);
}

export const ATTEMPT_REASONS = ['planned', 'failover', 'agentLoss', 'retry', 'copyChanged', 'stopped'] as const;
/**
 * Why an attempt was made: the plan asked for it; the database moved; the agent of the attempt before was lost; the
 * backup client failed in a way worth another try; the agent's last check found the copy changed since the plan;
 * the attempt before was stopped because its window closed or its member was drained.
 */
export type AttemptReason = (typeof ATTEMPT_REASONS)[number];

export const ATTEMPT_OUTCOMES = [
  'succeeded',
  'failed',
  'refused',
  'stopped',
  'interrupted',
  'lost',
  'withdrawn',
] as const;
/**
 * How an attempt ended. `stopped`: the agent stopped it on an order or at the end of its lease. `interrupted`: the agent
 * itself died in the middle and says so after its restart. `lost`: the lease ran out with no word from the agent.
 * `withdrawn`: the conductor took it back before the agent was ever allowed to start it.
 */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export const AGENT_STATES = ['alive', 'silent', 'never'] as const;
/** `alive`: heard within the limit. `silent`: heard before, not now. `never`: this member has never reported; no agent is known. */
export type AgentState = (typeof AGENT_STATES)[number];

/** Unsigned 64-bit integers travel as decimal text, because they may pass 2^53 (reference section 2.5). */
export const UINT64_PATTERN = /^\d{1,20}$/;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const WINDOW_ENDINGS = ['finish', 'stop'] as const;
/** When a window closes, what still runs may finish, or is stopped and goes on when the window opens again. */
export type WindowEnding = (typeof WINDOW_ENDINGS)[number];

export const LIMIT_SCOPES = ['global', 'dag', 'site', 'member', 'storageServer', 'volume', 'startGap'] as const;
/**
 * What a limit counts: backups at once over everything, in one DAG, site, member, storage server, or on one volume of a
 * member. `startGap` is the least time between two starts on one member, in milliseconds.
 */
export type LimitScope = (typeof LIMIT_SCOPES)[number];

export const REPLAY_OUTCOMES = ['same', 'different', 'notStored'] as const;
/** `notStored`: it was made before what it was made from was kept. */
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];
