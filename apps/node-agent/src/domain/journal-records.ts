import { AttemptEnd, AttemptRefusal, Failure, StartBackup, StopBackup } from '#contracts';
import { Type } from 'class-transformer';
import type { ClassConstructor } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { ATTEMPT_END_OUTCOMES, UINT64_PATTERN } from '#contracts';
import type { ReleaseNeed } from './attempt.js';
import { STEP_RECORD_CLASSES, type StepRecord } from './restore/step-records.js';

const LINES_MAX = 50;
const RELEASE_NEEDS = ['none', 'notBusy', 'free'] as const;

class RecordBase {
  @IsISO8601() readonly at!: string;
}

class AttemptRecordBase extends RecordBase {
  @IsString() @MaxLength(200) readonly attemptId!: string;
}

/** The order, as it came; nothing is acknowledged before this is on disk. */
export class Received extends AttemptRecordBase {
  @IsIn(['received']) readonly kind!: 'received';
  @ValidateNested() @Type(() => StartBackup) readonly command!: StartBackup;
}

/** Written before the client is spawned: from here on a process may exist. */
export class Starting extends AttemptRecordBase {
  @IsIn(['starting']) readonly kind!: 'starting';
  @IsOptional() @IsISO8601() readonly before!: string | null;
  @IsOptional() @IsString() readonly activeMember!: string | null;
}

export class Started extends AttemptRecordBase {
  @IsIn(['started']) readonly kind!: 'started';
  @IsOptional() @IsInt() readonly pid!: number | null;
}

/** The end is decided, and only Exchange's last word is awaited. */
export class Stopping extends AttemptRecordBase {
  @IsIn(['stopping']) readonly kind!: 'stopping';
  @IsIn(ATTEMPT_END_OUTCOMES) readonly outcome!: AttemptEnd['outcome'];
  @ValidateNested() @Type(() => Failure) readonly failure!: Failure;
  @IsIn(RELEASE_NEEDS) readonly need!: ReleaseNeed;
}

export class Exited extends AttemptRecordBase {
  @IsIn(['exited']) readonly kind!: 'exited';
  @IsOptional() @IsInt() readonly exitCode!: number | null;
  @IsOptional() @IsString() readonly startFailure?: string;
  @Matches(UINT64_PATTERN) readonly bytesDone!: string;
  @IsArray() @ArrayMaxSize(LINES_MAX) @IsString({ each: true }) readonly lastLines!: readonly string[];
}

export class Ended extends AttemptRecordBase {
  @IsIn(['ended']) readonly kind!: 'ended';
  @ValidateNested() @Type(() => AttemptEnd) readonly end!: AttemptEnd;
}

export class Refused extends AttemptRecordBase {
  @IsIn(['refused']) readonly kind!: 'refused';
  @ValidateNested() @Type(() => AttemptRefusal) readonly refusal!: AttemptRefusal;
}

/** The last word is with the broker. */
export class Reported extends AttemptRecordBase {
  @IsIn(['reported']) readonly kind!: 'reported';
}

/** An order to stop an attempt whose order to start has not come; if it still comes, it is refused. */
export class StopKnown extends AttemptRecordBase {
  @IsIn(['stopKnown']) readonly kind!: 'stopKnown';
  @ValidateNested() @Type(() => StopBackup) readonly order!: StopBackup;
}

/** Outlives the commands that it was learned from. */
export class EpochSeen extends RecordBase {
  @IsIn(['epochSeen']) readonly kind!: 'epochSeen';
  @IsInt() @Min(0) readonly epoch!: number;
}

/** Records of attempts, and of the agent itself. */
export type AttemptRecord =
  | Received
  | Starting
  | Started
  | Stopping
  | Exited
  | Ended
  | Refused
  | Reported
  | StopKnown
  | EpochSeen;

export type JournalRecord = AttemptRecord | StepRecord;

/** The class of each kind of record; a kind that is not here is not a record. */
export const RECORD_CLASSES: Readonly<Record<JournalRecord['kind'], ClassConstructor<JournalRecord>>> = {
  received: Received,
  starting: Starting,
  started: Started,
  stopping: Stopping,
  exited: Exited,
  ended: Ended,
  refused: Refused,
  reported: Reported,
  stopKnown: StopKnown,
  epochSeen: EpochSeen,
  ...STEP_RECORD_CLASSES,
};
