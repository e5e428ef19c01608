import type { AttemptReason, CandidateView, CopyRole, DatabaseKind } from '#contracts';
import type { DecisionInputs } from '../planning/inputs.js';

/** Why a task is where it is: one sentence, and what was said of every copy. */
export interface PlacementDecision {
  readonly summary: string;
  readonly candidates: readonly CandidateView[];
}

export interface TaskSubject {
  readonly taskId: string;
  readonly databaseGuid: string;
  readonly databaseName: string;
  readonly kind: DatabaseKind;
  readonly copyNumber: number;
  readonly sizeBytes: number;
  readonly priority: number;
}

/** Why a task did not succeed or was left out, as far as the exit code cares. */
export const LEFT_OUT = ['never', 'policy', 'fewerCopies'] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** Exchange's own word that a backup of the wanted kind exists: the header that the active copy carries. */
export interface BackupProof {
  readonly header: 'LastFullBackup' | 'LastIncrementalBackup' | 'LastDifferentialBackup' | 'LastCopyBackup';
  readonly at: string;
  /** The member where it was read. */
  readonly observedBy: string;
}

/** Databases that a run has nothing to do with, by the rule that says so. */
export interface Exclusion {
  readonly rule: string;
  readonly reason: string;
  readonly databases: readonly { readonly guid: string; readonly name: string }[];
}

/** What the plan reckoned with, from the moment it was made. */
export interface PlanEstimate {
  readonly finishMs: number;
  /** No plan could finish earlier. */
  readonly boundMs: number;
  readonly binding: readonly string[];
}

/** What a task that cannot go on waits for. */
export interface TaskBlock {
  readonly taskId: string;
  /** The name of the rule that refuses it. */
  readonly rule: string;
  readonly reason: string;
  /** The changes that could lift it, as keys. */
  readonly liftedBy: readonly string[];
  /** When time alone lifts it, or ends the wait. */
  readonly wakeAtMs: number | null;
}

export interface TaskDeferral extends TaskBlock {
  readonly nextReason: AttemptReason;
  /** Why the task needs another attempt. */
  readonly cause: string;
  /** It waited for the very same before: nothing new to tell people. */
  readonly isRepeated: boolean;
  /** People decide how long it lasts, so it does not count against the limit of waits. */
  readonly isPatient: boolean;
  /** Absent where no place was looked for, or where the same was found as before. */
  readonly search?: VainSearch;
}

/** A place was looked for, and no copy could be taken. */
export interface VainSearch {
  readonly decision: PlacementDecision;
  readonly inputs: DecisionInputs;
}

export const SUPERSEDE_CAUSES = ['failover', 'cancel', 'deadline', 'window', 'drain', 'restore'] as const;
export type SupersedeCause = (typeof SUPERSEDE_CAUSES)[number];

export interface DispatchedAttempt {
  readonly attemptId: string;
  readonly number: number;
  readonly member: string;
  readonly role: CopyRole;
  readonly reason: AttemptReason;
  /** The sentence people read: "planned", "MBX03 failed over from EX01 to EX02; goes on at EX02, now active". */
  readonly reasonText: string;
  /** Where the database was active when the attempt was sent: tells a move it already knows of from a new one. */
  readonly activeMember: string | null;
  /** What it takes of every limit until it ends, as keys. */
  readonly slots: readonly string[];
}
