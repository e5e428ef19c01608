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
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf, IsUtc } from '../validators.js';
import { RestorePreflight } from '../views.restore.js';
import {
  FULL_AFTER,
  ON_RUNNING_BACKUP,
  RESTORE_POINTS,
  RESTORE_TARGETS,
  type FullAfter,
  type OnRunningBackup,
  type RestorePointKind,
  type RestoreTargetKind,
} from '../vocabulary.restore.js';
import { REQUEST_ID_PATTERN } from './requests.js';

const SELECTION_MAX = 10_000;
const MEMBERS_MAX = 1_000;
const NAME_MAX_LENGTH = 200;
const BACKUP_ID_MAX_LENGTH = 400;
const PATH_MAX_LENGTH = 1_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** To which moment: `{ "kind": "newest" }`, `{ "kind": "backup", "backupId": "…" }` or `{ "kind": "time", "at": "2026-01-31T22:00:00Z" }`. */
export class RestorePoint {
  @IsOneOf(RESTORE_POINTS) readonly kind!: RestorePointKind;
  @ValidateIf((point: RestorePoint) => point.kind === 'backup')
  @IsString()
  @MinLength(1)
  @MaxLength(BACKUP_ID_MAX_LENGTH)
  readonly backupId?: string;
  @ValidateIf((point: RestorePoint) => point.kind === 'time')
  @IsUtc()
  readonly at?: string;
}

/** To where: `{ "kind": "original" }`, `{ "kind": "database", "database": "MBX09" }`, `{ "kind": "server", "member": "EX03" }`, … */
export class RestoreTarget {
  @IsOneOf(RESTORE_TARGETS) readonly kind!: RestoreTargetKind;
  /** Name or GUID of the database to restore over. */
  @ValidateIf((target: RestoreTarget) => target.kind === 'database')
  @IsString()
  @MinLength(1)
  @MaxLength(NAME_MAX_LENGTH)
  readonly database?: string;
  /** `server`: where to. `recovery` and `files`: on which member; default: the conductor chooses. */
  @ValidateIf((target: RestoreTarget) => target.kind === 'server' || (target.member ?? null) !== null)
  @IsId()
  readonly member?: string;
  /** A folder on that member; each database gets a folder of its own in it. */
  @ValidateIf((target: RestoreTarget) => target.kind === 'files')
  @IsString()
  @MinLength(1)
  @MaxLength(PATH_MAX_LENGTH)
  readonly path?: string;
}

/** Restore databases. Exactly one of `databases`, `dags` and `all` says which: nothing is restored by leaving something out. */
export class RestoreRequest {
  /** Default: the id of the message that carried the request. */
  @IsOptional() @Matches(REQUEST_ID_PATTERN) readonly requestId?: string;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly requestedBy?: string;
  /** By name (in any letter case) or GUID. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @ArrayMinSize(1)
  @IsString({ each: true })
  @MaxLength(NAME_MAX_LENGTH, { each: true })
  readonly databases?: readonly string[];
  /** Every database of these DAGs. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @ArrayMinSize(1)
  @IsId({ each: true })
  readonly dags?: readonly string[];
  /** Every database that the inventory knows. */
  @IsOptional() @IsBoolean() readonly all?: boolean;
  /** Default: newest. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => RestorePoint) readonly point?: RestorePoint;
  /** Default: original. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => RestoreTarget) readonly to?: RestoreTarget;
  /** Names of the databases whose users may lose what is in them now: needed for each mounted database that is overwritten. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @IsString({ each: true })
  @MaxLength(NAME_MAX_LENGTH, { each: true })
  readonly confirm?: readonly string[];
  /** Default `recommend`. */
  @IsOptional() @IsOneOf(FULL_AFTER) readonly fullAfter?: FullAfter;
  /** Default `wait`. */
  @IsOptional() @IsOneOf(ON_RUNNING_BACKUP) readonly onRunningBackup?: OnRunningBackup;
  /**
   * Members whose copies may be left out while their servers are away: such a copy is neither suspended nor reseeded, the run ends
   * with a warning, and an alarm says how to reseed it by hand. One that can be reached is treated like any other.
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MEMBERS_MAX)
  @ArrayMinSize(1)
  @IsId({ each: true })
  readonly withoutCopiesOn?: readonly string[];
  /** What has not touched anything by then has failed; what has goes on. Default: the conductor's setting. */
  @IsOptional() @IsInt() @Min(1_000) @Max(WEEK_MS) readonly deadlineMs?: number;
}

export const RestoreRequested = defineMessage({
  type: 'dag.restore.requested.v1',
  kind: 'request',
  exchange: 'dag.requests',
  route: 'request.restore',
  data: RestoreRequest,
  summary: 'A person or a scheduler asks for a restore.',
  durable: true,
});

export const PreflightRestore = defineQuery({
  type: 'dag.restore.preflight.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'conductor',
  data: RestoreRequest,
  reply: RestorePreflight,
  summary: 'What this restore would do, step by step, and what stands against it. Nothing is stored or touched.',
  durable: false,
});
