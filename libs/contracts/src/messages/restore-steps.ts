import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Failure } from '../failure.js';
import { defineMessage } from '../message.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from '../validators.js';
import { RestoreObject } from '../views.restore.js';
import {
  RESTORE_STEP_END_OUTCOMES,
  RESTORE_STEP_KINDS,
  type RestoreStepEndOutcome,
  type RestoreStepKind,
} from '../vocabulary.restore.js';
import { ReportedDatabase } from './reports.js';

const LEASE_MAX_MS = 60 * 60 * 1_000;
const NAME_MAX_LENGTH = 200;
const COMMENT_MAX_LENGTH = 512;
const PATH_MAX_LENGTH = 1_000;
const OBJECTS_MAX = 1_000;

/**
 * What is to become true. Each step looks first, does nothing where it already is, and is judged by what Exchange says
 * afterwards; so ordering one twice is harmless.
 *
 * - `readState`: look at the database, nothing else.
 * - `moveActive`: the active copy is on `toMember`.
 * - `suspendCopy`: the passive copy on `copyMember` is suspended with `comment`. One that is suspended with another comment is left as it is.
 * - `resumeCopy`: the copy on `copyMember` is not suspended any more, if the comment on it is `comment`; others are left as they are.
 * - `dismount`, `mount`; `allowFileRestore`, `forbidFileRestore`.
 * - `createRecoveryDatabase`, `createDatabase`: a database of the order's `databaseName` exists on the ordered member, dismounted.
 * - `removeRecoveryDatabase`: the recovery database is dismounted and gone.
 * - `restoreBackup`: `objects` are restored in their order from `sourceDatabaseName` over the order's database, which must be
 *   active on the ordered member, dismounted, and allow it. Always from the first object on.
 * - `restoreFiles`: the files of `objects` are in `folder`.
 * - `reseedCopy`: the files of the copy on `copyMember` were replaced from the active copy and it replicates again: it is neither
 *   seeding nor suspended. A copy that Exchange calls Healthy is left alone unless it is suspended.
 */
export type RestoreStep =
  | {
      readonly kind:
        | 'readState'
        | 'dismount'
        | 'mount'
        | 'allowFileRestore'
        | 'forbidFileRestore'
        | 'createDatabase'
        | 'createRecoveryDatabase'
        | 'removeRecoveryDatabase';
    }
  | { readonly kind: 'moveActive'; readonly toMember: string }
  | { readonly kind: 'suspendCopy' | 'resumeCopy'; readonly copyMember: string; readonly comment: string }
  | { readonly kind: 'reseedCopy'; readonly copyMember: string }
  | {
      readonly kind: 'restoreBackup';
      readonly sourceDatabaseName: string;
      readonly objects: readonly RestoreObject[];
    }
  | {
      readonly kind: 'restoreFiles';
      readonly sourceDatabaseName: string;
      readonly objects: readonly RestoreObject[];
      readonly folder: string;
    };
export type RestoreStepOf<Kind extends RestoreStepKind> = Extract<RestoreStep, { readonly kind: Kind }>;

const isOneOfKinds =
  (...kinds: readonly RestoreStepKind[]) =>
  ({ kind }: RestoreStepData): boolean =>
    kinds.includes(kind);

/** A {@link RestoreStep} as it travels: what its kind needs is there. */
export class RestoreStepData {
  @IsOneOf(RESTORE_STEP_KINDS) readonly kind!: RestoreStepKind;
  @ValidateIf(isOneOfKinds('moveActive')) @IsId() readonly toMember?: string;
  @ValidateIf(isOneOfKinds('suspendCopy', 'resumeCopy', 'reseedCopy')) @IsId() readonly copyMember?: string;
  @ValidateIf(isOneOfKinds('suspendCopy', 'resumeCopy'))
  @IsString()
  @MinLength(1)
  @MaxLength(COMMENT_MAX_LENGTH)
  readonly comment?: string;
  @ValidateIf(isOneOfKinds('restoreBackup', 'restoreFiles'))
  @IsString()
  @MinLength(1)
  @MaxLength(NAME_MAX_LENGTH)
  readonly sourceDatabaseName?: string;
  @ValidateIf(isOneOfKinds('restoreBackup', 'restoreFiles'))
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(OBJECTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => RestoreObject)
  readonly objects?: readonly RestoreObject[];
  @ValidateIf(isOneOfKinds('restoreFiles'))
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly folder?: string;
}

/** The step in validated data. Holds because the validation demands of each kind what its member of the union has. */
export function restoreStepOf(data: RestoreStepData): RestoreStep {
  return data as RestoreStep;
}

/** Names one step. The number rises with every step of a task and is the fencing token: an older one changes nothing. */
export class RestoreStepRef {
  @IsUUID() readonly runId!: string;
  /** Guid of the database whose backup is restored; unique within the run. */
  @IsString() @MaxLength(100) readonly taskId!: string;
  /** Unique everywhere; the agent's journal knows an order by it, and heartbeats list it as the id of an attempt. */
  @IsString() @MaxLength(200) readonly stepId!: string;
  @IsInt() @Min(1) readonly number!: number;
}

/**
 * Order: make one step of a restore true. As with a backup, the agent journals it, answers, and begins only after a heartbeat that
 * lists the step (its id and number in the place of an attempt's) was answered with a lease. When the lease ends, it stops.
 */
export class OrderRestoreStep extends RestoreStepRef {
  /** The conductor's fencing epoch. */
  @IsInt() @Min(0) readonly epoch!: number;
  /** The database that the step is about; null for one that is named only, because it does not exist yet or is none of Exchange's. */
  @IsOptional() @IsUUID() readonly databaseGuid!: string | null;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly databaseName!: string;
  @IsObject() @ValidateNested() @Type(() => RestoreStepData) readonly step!: RestoreStepData;
  @IsInt() @Min(1_000) @Max(LEASE_MAX_MS) readonly leaseMs!: number;
  /** When the conductor takes the order back, by its clock; for people who read the queue. */
  @IsOptional() @IsUtc() readonly notAfter?: string;
}

export class StopRestoreStep extends RestoreStepRef {
  @IsString() @MaxLength(500) readonly reason!: string;
}

/** Order: say how this step stands. The answer is the agent's last word for it, or a refusal `step.unknown`. */
export class DescribeRestoreStep extends RestoreStepRef {}

export class RestoreStepAcceptance extends RestoreStepRef {
  @IsId() readonly memberId!: string;
}

export class RestoreStepEnd extends RestoreStepRef {
  @IsId() readonly memberId!: string;
  @IsOneOf(RESTORE_STEP_END_OUTCOMES) readonly outcome!: RestoreStepEndOutcome;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Failure) readonly failure?: Failure;
  /** False: what the step is for was already true. */
  @IsOptional() @IsBoolean() readonly changed?: boolean;
  /** Of `restoreBackup`: false where certainly nothing of the database was written; absent where that is not known. */
  @IsOptional() @IsBoolean() readonly wrote?: boolean;
  @IsUInt64String() readonly bytes!: string;
  @IsInt() @Min(0) readonly durationMs!: number;
  /** Exit code of the backup client; null or absent where none ran. */
  @IsOptional() @IsInt() readonly exitCode?: number | null;
  /** Exchange knows no such database (any more). */
  @IsOptional() @IsBoolean() readonly isGone?: boolean;
  /** The database as the agent read it after the step; absent where it could not, or where there is none. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReportedDatabase) readonly database?: ReportedDatabase;
}

export const RestoreStepOrdered = defineMessage({
  type: 'dag.restore.step.ordered.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: OrderRestoreStep,
  summary: 'Order to one agent: one step of a restore.',
  durable: true,
});

export const RestoreStepStopOrdered = defineMessage({
  type: 'dag.restore.step.stop.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: StopRestoreStep,
  summary: 'Order to one agent: stop a step of a restore, or never begin it.',
  durable: true,
});

export const RestoreStepDescriptionOrdered = defineMessage({
  type: 'dag.restore.step.describe.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: DescribeRestoreStep,
  summary: 'Order to one agent, from a conductor that took over: say again how a step stands, from the journal.',
  durable: true,
});

export const RestoreStepAccepted = defineMessage({
  type: 'dag.restore.step.accepted.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.restore-step.accepted',
  data: RestoreStepAcceptance,
  summary: 'The order of a step is in the agent’s journal.',
  durable: true,
});

export const RestoreStepEnded = defineMessage({
  type: 'dag.restore.step.ended.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.restore-step.ended',
  data: RestoreStepEnd,
  summary: 'A step is over, and this is what Exchange says now; nothing of the step runs on that member any more.',
  durable: true,
});
