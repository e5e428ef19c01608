import {
  isFinalRunStatus,
  isFinalTaskStatus,
  type AttemptOutcome,
  type AttemptReason,
  type BackupRequest,
  type CopyRole,
  type Failure,
  type RunStatus,
  type TaskStatus,
} from '#contracts';
import type { Map as IMap, Set as ISet } from 'immutable';
import type { BackupOrder } from './backup-order.js';
import type { Exclusion, LeftOut, PlanEstimate, SupersedeCause, TaskSubject } from './run.event-parts.js';

export interface AttemptState {
  readonly attemptId: string;
  readonly number: number;
  readonly member: string;
  readonly role: CopyRole;
  readonly reason: AttemptReason;
  readonly reasonText: string;
  readonly activeMember: string | null;
  readonly dispatchedAtMs: number;
  readonly accepted: boolean;
  readonly startedAtMs: number | null;
  readonly superseded: SupersedeCause | null;
  readonly endedAtMs: number | null;
  /** Null while the attempt lives. */
  readonly outcome: AttemptOutcome | null;
  readonly slots: readonly string[];
  readonly bytes: string;
  readonly failure?: Failure;
}

export interface Block {
  readonly rule: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly liftedBy: readonly string[];
  readonly wakeAtMs: number | null;
}

/** What the run's window allows since when, until when. */
export interface WindowState {
  readonly isOpen: boolean;
  readonly mayStart: boolean;
  readonly sinceMs: number;
  readonly changesAtMs: number | null;
}

/** What the clock has changed and no tick has noted yet lets nothing start: the window may have closed. */
export function mayStartAt({ mayStart, changesAtMs }: WindowState, nowMs: number): boolean {
  return mayStart && (changesAtMs === null || nowMs < changesAtMs);
}

export interface TaskState extends TaskSubject {
  readonly status: TaskStatus;
  readonly reason: string;
  readonly rule: string | null;
  /** The member whose queue holds the task, or that works on it; null while it waits for a place. */
  readonly member: string | null;
  /** When it came into that queue; null before it ever did. */
  readonly queuedAtMs: number | null;
  /** Why it does not go on though it is pending; null: it is at work or over, or its turn has not come. */
  readonly blocked: Block | null;
  /** Since when the task has had no place, or only attempts that never started. */
  readonly waitingSinceMs: number | null;
  /** How often, and when last, the task was given to another member while it waited. */
  readonly moves: number;
  readonly movedAtMs: number | null;
  readonly nextReason: AttemptReason;
  readonly nextReasonText: string;
  readonly attempts: readonly AttemptState[];
}

export interface RunTally {
  readonly total: number;
  readonly ended: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly notNeeded: number;
  readonly leftOut: Readonly<Record<LeftOut, number>>;
  readonly failovers: number;
  readonly agentsLost: number;
  readonly reroutes: number;
}

export interface RunState {
  readonly runId: string;
  readonly requestId: string;
  readonly requestedBy: string | null;
  readonly request: BackupRequest;
  readonly order: BackupOrder;
  readonly requestedAtMs: number;
  readonly deadlineAtMs: number;
  readonly endedAtMs: number | null;
  readonly status: RunStatus;
  readonly closing: 'cancel' | 'deadline' | null;
  readonly reason: string;
  readonly exitCode: number | null;
  readonly warnings: readonly string[];
  readonly missingMembers: readonly string[];
  /** Databases that the inventory knew when the run was planned. */
  readonly knownDatabases: number;
  /** Those of them that no task is about. */
  readonly excluded: readonly Exclusion[];
  readonly plannedAtMs: number | null;
  readonly estimate: PlanEstimate | null;
  readonly tasks: IMap<string, TaskState>;
  /** Tasks of each database, by copy number. */
  readonly tasksByDatabase: IMap<string, readonly string[]>;
  /** Null: it has no window. */
  readonly window: WindowState | null;
  /** Pending tasks without a place. */
  readonly waiting: ISet<string>;
  readonly tally: RunTally;
  /** Number of events so far: the version that the next append expects. */
  readonly version: number;
}

export function isFinal(run: RunState): boolean {
  return isFinalRunStatus(run.status);
}

export function isOpen(task: TaskState): boolean {
  return !isFinalTaskStatus(task.status);
}

/** The attempt that lives, if one does: always the last. */
export function liveAttempt(task: TaskState): AttemptState | undefined {
  const last = task.attempts.at(-1);
  return last && last.outcome === null ? last : undefined;
}
