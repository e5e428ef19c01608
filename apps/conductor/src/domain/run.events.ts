import type {
  AttemptOutcome,
  AttemptReason,
  BackupEvidence,
  BackupRequest,
  BackupType,
  BackupWindow,
  CandidateView,
  CopyPreference,
  CopyRole,
  DatabaseKind,
  DatabasePriority,
  FailoverPolicy,
  Failure,
  FinalRunStatus,
  FinalTaskStatus,
  MoveCategory,
  PlanOrder,
  Spread,
} from '#contracts';
import type { DecisionInputs } from '../planning/inputs.js';
import type { MoveRecord } from '../planning/move-record.js';

/** The request with every default filled in. */
export interface BackupOrder {
  readonly backupType: BackupType;
  readonly dags: readonly string[];
  readonly databases: readonly string[];
  readonly excludeMembers: readonly string[];
  readonly preferMembers: readonly string[];
  /** 0: every database is due. */
  readonly minIntervalMs: number;
  readonly copiesPerDatabase: number;
  readonly spread: Spread;
  /** A plan made before, to be carried out as it is. */
  readonly plan: PlanOrder | null;
  readonly copyPreference: CopyPreference;
  readonly onFailover: FailoverPolicy;
  readonly priority: number;
  readonly databasePriorities: readonly DatabasePriority[];
  /** Null: backups may run at any time. */
  readonly window: BackupWindow | null;
}

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

/** What happened in a run: its whole truth, stored in order, never changed. */
export type RunEvent =
  | Event<
      'RunRequested',
      {
        requestId: string;
        requestedBy: string | null;
        request: BackupRequest;
        order: BackupOrder;
        deadlineAtMs: number;
      }
    >
  | Event<'RunRefused', { reason: string; exitCode: number }>
  | Event<'TaskPlanned', { task: TaskSubject; member: string; decision: PlacementDecision }>
  | Event<
      'TaskUnplaced',
      { task: TaskSubject; rule: string; liftedBy: readonly string[]; reason: string; decision: PlacementDecision }
    >
  | Event<
      'TaskLeftOut',
      { task: TaskSubject; rule: string; leftOut: LeftOut; reason: string; decision: PlacementDecision }
    >
  | Event<'TaskNotNeeded', { task: TaskSubject; rule: string; reason: string; proof: BackupProof }>
  | Event<
      'RunPlanned',
      {
        warnings: readonly string[];
        missingMembers: readonly string[];
        /** How many databases the inventory knew: each is accounted for when the run ends. */
        knownDatabases: number;
        /** Those of them that no task is about. */
        excluded: readonly Exclusion[];
        estimate: PlanEstimate;
        /** Null: planned before they were stored. */
        inputs: DecisionInputs | null;
      }
    >
  | Event<
      'TaskReassigned',
      {
        taskId: string;
        member: string;
        nextReason: AttemptReason;
        reason: string;
        decision: PlacementDecision;
        /** Null: decided before they were stored. */
        inputs: DecisionInputs | null;
      }
    >
  /** What the moves that follow in the history were decided from; they are made together. */
  | Event<'MovesDecided', { inputs: DecisionInputs; record: MoveRecord }>
  /** A waiting task was given to another member because the work goes on differently than was reckoned. */
  | Event<
      'TaskRebalanced',
      { taskId: string; fromMember: string; member: string; reason: string; decision: PlacementDecision }
    >
  | Event<'TaskDispatched', { taskId: string; attempt: DispatchedAttempt }>
  | Event<'AttemptAccepted', { taskId: string; attemptId: string }>
  | Event<'AttemptStarted', { taskId: string; attemptId: string }>
  | Event<'AttemptSuperseded', { taskId: string; attemptId: string; because: SupersedeCause; reason: string }>
  | Event<
      'AttemptEnded',
      {
        taskId: string;
        attemptId: string;
        outcome: AttemptOutcome;
        bytes: string;
        failure?: Failure;
        evidence?: BackupEvidence;
      }
    >
  | Event<
      'DatabaseMoved',
      {
        databaseGuid: string;
        databaseName: string;
        fromMember: string | null;
        toMember: string;
        category: MoveCategory;
      }
    >
  | Event<'AgentLost', { member: string }>
  /** It keeps its place in a member's queue. */
  | Event<'TaskBlocked', TaskBlock>
  /** It has no place. */
  | Event<'TaskDeferred', TaskDeferral>
  | Event<'RunWindowChanged', { isOpen: boolean; mayStart: boolean; changesAtMs: number | null }>
  | Event<
      'TaskCompleted',
      {
        taskId: string;
        status: FinalTaskStatus;
        reason: string;
        leftOut?: LeftOut;
        rule?: string;
        /** Where it ended because no copy can ever be taken. */
        search?: VainSearch;
      }
    >
  | Event<'RunClosing', { because: 'cancel' | 'deadline'; reason: string }>
  | Event<'RunCompleted', { status: FinalRunStatus; exitCode: number; reason: string }>;

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

export type RunEventType = RunEvent['type'];
export type RunEventOf<Type extends RunEventType> = Extract<RunEvent, { type: Type }>;

type Event<Type extends string, Data> = {
  readonly type: Type;
  readonly runId: string;
  readonly atMs: number;
} & { readonly [Key in keyof Data]: Data[Key] };

/** An event before it is given its moment. */
export type NewRunEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'atMs'> : never) : never;
