import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Failure } from './failure.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from './validators.js';
import { BACKUP_TYPES, DATABASE_KINDS, type BackupType, type DatabaseKind } from './vocabulary.js';
import {
  ALARM_KINDS,
  RESTORE_STEP_KINDS,
  RESTORE_STEP_OUTCOMES,
  RESTORE_STEP_PURPOSES,
  RESTORE_TASK_STATUSES,
  type AlarmKind,
  type RestoreStepKind,
  type RestoreStepOutcome,
  type RestoreStepPurpose,
  type RestoreTaskStatus,
} from './vocabulary.restore.js';

const TEXT_MAX_LENGTH = 4_000;
const NAME_MAX_LENGTH = 200;
const BACKUP_ID_MAX_LENGTH = 400;
const COMMANDS_MAX = 200;
const OBJECTS_MAX = 1_000;
const STEPS_MAX = 10_000;
const DATABASES_MAX = 100_000;

/** One backup of a chain that is to be restored. */
export class RestoreObject {
  /** Its id in the catalogue. */
  @IsString() @MaxLength(BACKUP_ID_MAX_LENGTH) readonly backupId!: string;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  /** Name on the storage server; null: the newest active one of this type. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly objectName!: string | null;
  /** The moment that it contains. */
  @IsUtc() readonly startedAt!: string;
  @IsOptional() @IsUInt64String() readonly sizeBytes!: string | null;
  @IsOptional() @IsId() readonly sourceMember!: string | null;
  /** The node that owns it on the storage server. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly node!: string | null;
}

/** One database and what is restored of it, where. */
export class RestoreSubject {
  /** Whose backup is restored. */
  @IsUUID() readonly databaseGuid!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly databaseName!: string;
  /** What is restored over: a database's name, or a folder. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly target!: string;
  /** Where the work is, or will be. */
  @IsOptional() @IsId() readonly member!: string | null;
  /** In the order in which they are restored. */
  @IsArray()
  @ArrayMaxSize(OBJECTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => RestoreObject)
  readonly backups!: readonly RestoreObject[];
}

/** A step of a restore, taken or to be taken. */
export class RestoreStepWords {
  @IsOneOf(RESTORE_STEP_KINDS) readonly kind!: RestoreStepKind;
  @IsId() readonly member!: string;
  /** What it does, for people: `suspend the copy on EX02`. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
}

/** One step that was ordered. */
export class RestoreStepView extends RestoreStepWords {
  @IsInt() @Min(1) readonly number!: number;
  @IsOneOf(RESTORE_STEP_PURPOSES) readonly purpose!: RestoreStepPurpose;
  @IsUtc() readonly orderedAt!: string;
  @IsOptional() @IsUtc() readonly endedAt!: string | null;
  /** Null while the step lives. */
  @IsOptional() @IsOneOf(RESTORE_STEP_OUTCOMES) readonly outcome!: RestoreStepOutcome | null;
  @IsUInt64String() readonly bytesDone!: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Failure) readonly failure?: Failure;
}

/** One database of a restore run. */
export class RestoreTaskView extends RestoreSubject {
  @IsString() @MaxLength(100) readonly taskId!: string;
  @IsOneOf(DATABASE_KINDS) readonly kind!: DatabaseKind;
  @IsOneOf(RESTORE_TASK_STATUSES) readonly status!: RestoreTaskStatus;
  /** The sentence a person reads: what it does, waits for, or how it ended. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  /** The name of what blocks a waiting task, e.g. `backup-running`; null otherwise. */
  @IsOptional() @IsString() @MaxLength(100) readonly blockedBy!: string | null;
  @IsUInt64String() readonly sizeBytes!: string;
  @IsUInt64String() readonly bytesDone!: string;
  @IsArray()
  @ArrayMaxSize(STEPS_MAX)
  @ValidateNested({ each: true })
  @Type(() => RestoreStepView)
  readonly steps!: readonly RestoreStepView[];
  /** What a person has to type, in this order, when the task needs attention. */
  @IsArray()
  @ArrayMaxSize(COMMANDS_MAX)
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly remainingCommands!: readonly string[];
}

export class AlarmView {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly alarmId!: string;
  @IsOneOf(ALARM_KINDS) readonly kind!: AlarmKind;
  @IsUUID() readonly runId!: string;
  @IsString() @MaxLength(128) readonly requestId!: string;
  @IsOptional() @IsUUID() readonly databaseGuid!: string | null;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly databaseName!: string;
  @IsUtc() readonly raisedAt!: string;
  /** What is wrong, and since when. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
  /** What puts it right, in this order; each can be pasted into the Exchange shell or a command prompt of the member named before it. */
  @IsArray()
  @ArrayMaxSize(COMMANDS_MAX)
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly commands!: readonly string[];
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly acknowledgedBy?: string;
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly note?: string;
}

/** A step that a restore would take. */
export class PreflightStep extends RestoreStepWords {
  /** As a person would type it. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly command!: string;
}

/** What a restore would do with one database. */
export class PreflightDatabase extends RestoreSubject {
  /** Users of this database are cut off; null: of none. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly offlineDatabase!: string | null;
  /** For how long, as far as it can be estimated. */
  @IsOptional() @IsInt() @Min(0) readonly offlineMs!: number | null;
  /** From the beginning of the run to the end of this database, waits for others included. */
  @IsOptional() @IsInt() @Min(0) readonly endsAfterMs!: number | null;
  @IsOptional() @IsUInt64String() readonly freeBytes!: string | null;
  @IsOptional() @IsUInt64String() readonly neededBytes!: string | null;
  @IsArray()
  @ArrayMaxSize(STEPS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PreflightStep)
  readonly steps!: readonly PreflightStep[];
  /** What stands against it; empty: it can begin. */
  @IsArray()
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly problems!: readonly string[];
  @IsArray()
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly warnings!: readonly string[];
  /** It overwrites a mounted database, and the request does not confirm that. */
  @IsBoolean() readonly needsConfirmation!: boolean;
}

export class RestorePreflight {
  /** False: the run would be refused as a whole, before anything is touched. */
  @IsBoolean() readonly isReady!: boolean;
  /** What stands against the run as a whole. */
  @IsArray()
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly problems!: readonly string[];
  @IsArray()
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly warnings!: readonly string[];
  @IsOptional() @IsInt() @Min(0) readonly endsAfterMs!: number | null;
  @IsArray()
  @ArrayMaxSize(DATABASES_MAX)
  @ValidateNested({ each: true })
  @Type(() => PreflightDatabase)
  readonly databases!: readonly PreflightDatabase[];
}
