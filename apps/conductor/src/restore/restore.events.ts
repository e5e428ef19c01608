import type {
  AlarmKind,
  DatabaseKind,
  Failure,
  FinalRestoreTaskStatus,
  FinalRunStatus,
  FullAfter,
  OnRunningBackup,
  RestoreObject,
  RestorePoint,
  RestoreRequest,
  RestoreStep,
  RestoreStepOutcome,
  RestoreStepPurpose,
  RestoreTarget,
} from '#contracts';
import type { Observation } from './observation.js';

/** The request with every default filled in. */
export interface RestoreOrder {
  readonly databases: readonly string[];
  readonly dags: readonly string[];
  readonly all: boolean;
  readonly point: RestorePoint;
  readonly to: RestoreTarget;
  readonly confirm: readonly string[];
  /** Members whose copies are left out while they are away. */
  readonly withoutCopiesOn: readonly string[];
  readonly fullAfter: FullAfter;
  readonly onRunningBackup: OnRunningBackup;
}

/** A database that exists and is restored over. */
export interface OverTarget {
  readonly kind: 'over';
  readonly guid: string;
  readonly name: string;
  /** The active copy has to be here; null: wherever it is. */
  readonly onMember: string | null;
}

/** A database that the restore creates on a member. Only a recovery database can be taken away again. */
export interface NewTarget {
  readonly kind: 'new';
  readonly name: string;
  readonly member: string;
  readonly isRecovery: boolean;
}

/** A recovery database that is taken away again. */
export interface RemovalTarget {
  readonly kind: 'removal';
  readonly guid: string;
  readonly name: string;
  readonly member: string;
}

export interface FilesTarget {
  readonly kind: 'files';
  readonly folder: string;
  readonly member: string;
}

export type TaskTarget = OverTarget | NewTarget | RemovalTarget | FilesTarget;

/** What one task of a restore run is to do; decided once, when the run is planned. */
export interface RestorePlan {
  readonly taskId: string;
  /** Whose backup is restored. */
  readonly databaseGuid: string;
  readonly databaseName: string;
  readonly kind: DatabaseKind;
  readonly target: TaskTarget;
  readonly sizeBytes: number;
  /** In the order in which they are restored. */
  readonly objects: readonly RestoreObject[];
}

export interface OrderedStep {
  readonly stepId: string;
  readonly number: number;
  readonly member: string;
  readonly purpose: RestoreStepPurpose;
  readonly step: RestoreStep;
  /** The database that the step is about; null where only its name is known. */
  readonly databaseGuid: string | null;
  readonly databaseName: string;
}

export interface StepEnd {
  readonly outcome: RestoreStepOutcome;
  readonly bytes: string;
  readonly changed?: boolean;
  readonly wrote?: boolean;
  readonly failure?: Failure;
  /** The database as read after the step; absent where nobody could say. */
  readonly observed?: Observation;
}

/** What happened in a restore run: its whole truth, stored in order beside the runs of backups, never changed. */
export type RestoreEvent =
  | Event<
      'RestoreRequested',
      {
        requestId: string;
        requestedBy: string | null;
        request: RestoreRequest;
        order: RestoreOrder;
        deadlineAtMs: number;
      }
    >
  | Event<'RestoreRefused', { reason: string; exitCode: number }>
  | Event<
      'RestorePlanned',
      { tasks: readonly RestorePlan[]; warnings: readonly string[]; missingMembers: readonly string[] }
    >
  /** From here on the database is locked against backups and other restores. */
  | Event<'RestoreTaskBegan', { taskId: string }>
  | Event<'RestoreTaskBlocked', { taskId: string; blockedBy: string; reason: string }>
  | Event<'RestoreStepOrdered', { taskId: string; step: OrderedStep }>
  | Event<'RestoreStepAccepted', { taskId: string; stepId: string }>
  | Event<'RestoreStepEnded', { taskId: string; stepId: string } & StepEnd>
  | Event<'RestoreTaskReseeding', { taskId: string }>
  /** What was done is undone, in reverse, and the task then ends as `status`. */
  | Event<'RestoreTaskTurnedBack', { taskId: string; status: 'failed' | 'cancelled'; reason: string }>
  | Event<
      'RestoreTaskEnded',
      { taskId: string; status: FinalRestoreTaskStatus; reason: string; remainingCommands: readonly string[] }
    >
  | Event<
      'AlarmRaised',
      { taskId: string; alarmId: string; kind: AlarmKind; text: string; commands: readonly string[] }
    >
  | Event<'AlarmCleared', { alarmId: string }>
  | Event<'AlarmAcknowledged', { alarmId: string; by: string | null; note: string | null }>
  | Event<'RestoreClosing', { because: 'cancel' | 'deadline'; reason: string }>
  | Event<'RestoreCompleted', { status: FinalRunStatus; exitCode: number; reason: string }>;

export type RestoreEventType = RestoreEvent['type'];
export type RestoreEventOf<Type extends RestoreEventType> = Extract<RestoreEvent, { type: Type }>;

type Event<Type extends string, Data> = {
  readonly type: Type;
  readonly runId: string;
  readonly atMs: number;
} & { readonly [Key in keyof Data]: Data[Key] };

/** An event before it is given its moment. */
export type NewRestoreEvent = RestoreEvent extends infer E ? (E extends RestoreEvent ? Omit<E, 'atMs'> : never) : never;

/** Restores and their alarms are told apart from backups by the names of their events. */
export function isRestoreEvent(event: { readonly type: string }): event is RestoreEvent {
  return event.type.startsWith('Restore') || event.type.startsWith('Alarm');
}
