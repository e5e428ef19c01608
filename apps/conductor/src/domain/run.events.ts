import type {
  AttemptOutcome,
  AttemptReason,
  BackupEvidence,
  BackupRequest,
  Failure,
  FinalRunStatus,
  FinalTaskStatus,
  MoveCategory,
} from '#contracts';
import type { DecisionInputs } from '../planning/inputs.js';
import type { MoveRecord } from '../planning/move-record.js';
import type { BackupOrder } from './backup-order.js';
import type {
  PlacementDecision,
  TaskSubject,
  LeftOut,
  BackupProof,
  Exclusion,
  PlanEstimate,
  TaskBlock,
  TaskDeferral,
  VainSearch,
  SupersedeCause,
  DispatchedAttempt,
} from './run.event-parts.js';

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

export type RunEventType = RunEvent['type'];
export type RunEventOf<Type extends RunEventType> = Extract<RunEvent, { type: Type }>;

type Event<Type extends string, Data> = {
  readonly type: Type;
  readonly runId: string;
  readonly atMs: number;
} & { readonly [Key in keyof Data]: Data[Key] };

/** An event before it is given its moment. */
export type NewRunEvent = RunEvent extends infer E ? (E extends RunEvent ? Omit<E, 'atMs'> : never) : never;
