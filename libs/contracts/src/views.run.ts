import { Type } from 'class-transformer';
import {
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
import { BackupRequest } from './messages/requests.js';
import { RestoreRequest } from './messages/restores.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from './validators.js';
import { RestoreTaskView } from './views.restore.js';
import {
  ATTEMPT_OUTCOMES,
  ATTEMPT_REASONS,
  COPY_ROLES,
  DATABASE_KINDS,
  RUN_KINDS,
  RUN_STATUSES,
  TASK_STATUSES,
  type AttemptOutcome,
  type AttemptReason,
  type CopyRole,
  type DatabaseKind,
  type RunKind,
  type RunStatus,
  type TaskStatus,
} from './vocabulary.js';

const TEXT_MAX_LENGTH = 4_000;

export class AttemptView {
  @IsInt() @Min(1) readonly number!: number;
  @IsId() readonly member!: string;
  @IsOneOf(COPY_ROLES) readonly role!: CopyRole;
  @IsOneOf(ATTEMPT_REASONS) readonly reason!: AttemptReason;
  @IsUtc() readonly dispatchedAt!: string;
  @IsOptional() @IsUtc() readonly startedAt!: string | null;
  @IsOptional() @IsUtc() readonly endedAt!: string | null;
  /** Null while the attempt lives. */
  @IsOptional() @IsOneOf(ATTEMPT_OUTCOMES) readonly outcome!: AttemptOutcome | null;
  @IsUInt64String() readonly bytes!: string;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Failure) readonly failure?: Failure;
}

/** What a copy that may be backed up had to offer when it was considered. */
export class ScoreView {
  /** 1 is the best: passive before active, a preferred member before others, and so on. Only the best tier that can do the work is taken. */
  @IsInt() @Min(1) readonly tier!: number;
  /** When its member would come to it, counted from the decision. */
  @IsInt() @Min(0) readonly startInMs!: number;
  /** How long it would take there. */
  @IsInt() @Min(0) readonly durationMs!: number;
}

/** Why a copy was, or was not, chosen. */
export class CandidateView {
  @IsId() readonly member!: string;
  @IsBoolean() readonly chosen!: boolean;
  @IsBoolean() readonly eligible!: boolean;
  /** The eligibility rule that refused the copy; null for an eligible one. */
  @IsOptional() @IsString() @MaxLength(100) readonly rule!: string | null;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  /** Null for a copy that a rule refused. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ScoreView) readonly score!: ScoreView | null;
}

/** Why a task that could go on does not, and what would change that. */
export class BlockView {
  /** The rule that refuses it now, e.g. `site-limit`; `member-queue`: none does, and others go before it on its member. */
  @IsString() @MaxLength(100) readonly rule!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  @IsUtc() readonly since!: string;
  /** When time alone lifts it, or ends the wait; null: only a change does. */
  @IsOptional() @IsUtc() readonly until!: string | null;
  /** The changes that wake it, e.g. `slot:site:Site-A`, `member:ex03`. */
  @IsArray() @IsString({ each: true }) readonly liftedBy!: readonly string[];
}

/** What a backup in a plan and a task of a run have in common. */
export class BackupSubject {
  @IsString() @MaxLength(100) readonly taskId!: string;
  @IsUUID() readonly databaseGuid!: string;
  @IsString() @MaxLength(200) readonly databaseName!: string;
  @IsOneOf(DATABASE_KINDS) readonly kind!: DatabaseKind;
  /** k of n backups of this database in the run. */
  @IsInt() @Min(1) readonly copyNumber!: number;
  /** The sentence a person reads: why it was skipped, why it failed, what it waits for. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  /** The named rule behind a skip, e.g. `recovery-database`, or a proof, e.g. `minimum-interval`; null otherwise. */
  @IsOptional() @IsString() @MaxLength(100) readonly rule!: string | null;
  @IsOptional() @IsId() readonly member!: string | null;
  /** Bytes that the backup is expected to move. */
  @IsUInt64String() readonly sizeBytes!: string;
}

export class TaskView extends BackupSubject {
  @IsOneOf(TASK_STATUSES) readonly status!: TaskStatus;
  /** What a pending task waits for: a rule's refusal, or its turn (`member-queue`). Null: it is at work, or has ended. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => BlockView) readonly blocked!: BlockView | null;
  @IsUInt64String() readonly bytesDone!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => AttemptView) readonly attempts!: readonly AttemptView[];
}

export class RunLogEntry {
  /** Position in the run's history. Ask `GetRun` with `afterSequence` for what came later. */
  @IsInt() @Min(1) readonly sequence!: number;
  @IsUtc() readonly at!: string;
  /** The event's name, e.g. `TaskRerouted`. */
  @IsString() @MaxLength(100) readonly event!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
  @IsOptional() @IsString() @MaxLength(200) readonly databaseName?: string;
  @IsOptional() @IsId() readonly member?: string;
}

export class RunCounters {
  @IsInt() @Min(0) readonly failovers!: number;
  @IsInt() @Min(0) readonly agentsLost!: number;
  /** Attempts that continued a task on another member than the attempt before. */
  @IsInt() @Min(0) readonly reroutes!: number;
}

/** Databases that a run leaves out, by the rule that does. */
export class ExclusionView {
  @IsString() @MaxLength(100) readonly rule!: string;
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  @IsInt() @Min(1) readonly count!: number;
  /** Their names, at most {@link EXCLUSION_NAMES_MAX}. */
  @IsArray() @IsString({ each: true }) readonly databases!: readonly string[];
}

/** Names in one {@link ExclusionView}; `count` tells of the rest. */
export const EXCLUSION_NAMES_MAX = 200;

/** Where every database stands that the inventory knew when the run was planned: each is counted once. */
export class AccountingView {
  @IsInt() @Min(0) readonly known!: number;
  @IsInt() @Min(0) readonly backedUp!: number;
  /** Proven: Exchange's record of an earlier backup is young enough. */
  @IsInt() @Min(0) readonly notNeeded!: number;
  /** By a named rule; see `exclusions`. */
  @IsInt() @Min(0) readonly excluded!: number;
  @IsInt() @Min(0) readonly failed!: number;
  /** Not decided yet: the run goes on. */
  @IsInt() @Min(0) readonly open!: number;
  @IsArray() @ValidateNested({ each: true }) @Type(() => ExclusionView) readonly exclusions!: readonly ExclusionView[];
}

export class RunSummary {
  @IsUUID() readonly runId!: string;
  @IsString() @MaxLength(128) readonly requestId!: string;
  /** Absent: backup. */
  @IsOptional() @IsOneOf(RUN_KINDS) readonly kind?: RunKind;
  @IsOneOf(RUN_STATUSES) readonly status!: RunStatus;
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy!: string | null;
  @IsUtc() readonly requestedAt!: string;
  @IsOptional() @IsUtc() readonly endedAt!: string | null;
  @IsInt() @Min(0) readonly tasksTotal!: number;
  @IsInt() @Min(0) readonly tasksEnded!: number;
  /** By the scheduler convention; null while the run goes on. */
  @IsOptional() @IsInt() @Min(0) readonly exitCode!: number | null;
}

/** What only a restore run has. */
export class RestoreRunView {
  @IsObject() @ValidateNested() @Type(() => RestoreRequest) readonly request!: RestoreRequest;
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => RestoreTaskView)
  readonly tasks!: readonly RestoreTaskView[];
}

export class RunView extends RunSummary {
  /** Of a backup run. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => BackupRequest) readonly request?: BackupRequest;
  /** Of a restore run, whose `tasks` are empty. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => RestoreRunView) readonly restore?: RestoreRunView;
  /** One sentence about where the run stands or how it ended. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly reason!: string;
  @IsArray() @IsString({ each: true }) readonly warnings!: readonly string[];
  @IsArray() @IsId({ each: true }) readonly missingMembers!: readonly string[];
  @IsObject() @ValidateNested() @Type(() => RunCounters) readonly counters!: RunCounters;
  @IsObject() @ValidateNested() @Type(() => AccountingView) readonly accounting!: AccountingView;
  /** When the plan reckoned that the run would be done; absent before the plan is made, and for restores. */
  @IsOptional() @IsUtc() readonly expectedFinishAt?: string;
  /** No plan could have been done earlier. */
  @IsOptional() @IsUtc() readonly bestFinishAt?: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => TaskView) readonly tasks!: readonly TaskView[];
  /** What happened after the asked sequence number, oldest first, at most `RUN_LOG_PAGE` entries. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => RunLogEntry) readonly log!: readonly RunLogEntry[];
}

/** Entries of history in one answer. */
export const RUN_LOG_PAGE = 500;
