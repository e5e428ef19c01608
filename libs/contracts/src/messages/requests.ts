import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineMessage } from '../message.js';
import { PlanOrder } from '../plan-order.js';
import { IsId, IsOneOf } from '../validators.js';
import {
  BACKUP_TYPES,
  COPY_PREFERENCES,
  FAILOVER_POLICIES,
  SPREADS,
  type BackupType,
  type CopyPreference,
  type FailoverPolicy,
  type Spread,
} from '../vocabulary.js';
import { BackupWindow } from '../window.js';

/** Asking twice with the same id gives the same run. */
export const REQUEST_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const SELECTION_MAX = 10_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** 1: last, 9: first. What has waited longer counts for more, so that nothing waits for ever. */
export const PRIORITY_DEFAULT = 5;
const PRIORITY_MIN = 1;
const PRIORITY_MAX = 9;

export class DatabasePriority {
  /** Name (in any letter case) or GUID. */
  @IsString() @MaxLength(200) readonly database!: string;
  @IsInt() @Min(PRIORITY_MIN) @Max(PRIORITY_MAX) readonly priority!: number;
}

/** Back up databases. Empty selection: every database the inventory knows. */
export class BackupRequest {
  /** Default: the id of the message that carried the request. */
  @IsOptional() @Matches(REQUEST_ID_PATTERN) readonly requestId?: string;
  /** Who asks, for people: a user or a schedule. */
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy?: string;
  /** Default `full`. */
  @IsOptional() @IsOneOf(BACKUP_TYPES) readonly backupType?: BackupType;
  /** Only databases of these DAGs. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @ArrayMinSize(1)
  @IsId({ each: true })
  readonly dags?: readonly string[];
  /** Only these databases, by name (in any letter case) or GUID. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @ArrayMinSize(1)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  readonly databases?: readonly string[];
  /** Members that must do nothing in this run. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @IsId({ each: true })
  readonly excludeMembers?: readonly string[];
  /** Members that are taken first, among copies that are equal otherwise: a passive copy elsewhere still goes before the active one there. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @IsId({ each: true })
  readonly preferMembers?: readonly string[];
  /** A database whose last good backup of this type is younger than this needs none. Default 0: every database is backed up. */
  @IsOptional() @IsInt() @Min(0) @Max(YEAR_MS) readonly minIntervalMs?: number;
  /** Backups of each database, on different members, one after the other. Default 1. */
  @IsOptional() @IsInt() @Min(1) @Max(15) readonly copiesPerDatabase?: number;
  /** What those backups must not share. Default `member`. */
  @IsOptional() @IsOneOf(SPREADS) readonly spread?: Spread;
  /** Default `preferPassive`. */
  @IsOptional() @IsOneOf(COPY_PREFERENCES) readonly copyPreference?: CopyPreference;
  /** Default `followActive`. */
  @IsOptional() @IsOneOf(FAILOVER_POLICIES) readonly onFailover?: FailoverPolicy;
  /** The run ends at the latest this long after the request; what is missing then has failed. Default: the conductor's setting. */
  @IsOptional() @IsInt() @Min(1_000) @Max(WEEK_MS) readonly deadlineMs?: number;
  /** A plan to carry out as it is; refused if the topology has changed since it was made. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => PlanOrder) readonly plan?: PlanOrder;
  /** From 1 (last) to 9 (first), over all runs. Default 5. */
  @IsOptional() @IsInt() @Min(PRIORITY_MIN) @Max(PRIORITY_MAX) readonly priority?: number;
  /** Priorities of single databases, over the request's own. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @ValidateNested({ each: true })
  @Type(() => DatabasePriority)
  readonly databasePriorities?: readonly DatabasePriority[];
  /** When backups of this run may start and go on. Default: the conductor's own window, if it has one. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => BackupWindow) readonly window?: BackupWindow;
}

export class CancelRequest {
  @IsUUID() readonly runId!: string;
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy?: string;
}

export const BackupRequested = defineMessage({
  type: 'dag.backup.requested.v1',
  kind: 'request',
  exchange: 'dag.requests',
  route: 'request.backup',
  data: BackupRequest,
  summary: 'A person or a scheduler asks for a backup.',
  durable: true,
});

export const CancelRequested = defineMessage({
  type: 'dag.cancel.requested.v1',
  kind: 'request',
  exchange: 'dag.requests',
  route: 'request.cancel',
  data: CancelRequest,
  summary: 'A person or a scheduler asks to stop a run.',
  durable: true,
});
