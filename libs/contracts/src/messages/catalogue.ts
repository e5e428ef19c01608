import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from '../validators.js';
import { BACKUPS_PAGE_MAX, BACKUP_LOCATIONS, BackupList, type BackupLocation } from '../views.catalogue.js';
import { BACKUP_TYPES, type BackupType } from '../vocabulary.js';

/** Backups in one part of a listing: a message stays well below a hundred kilobytes. */
export const LISTING_PART_MAX = 250;
/** Parts of one listing; what is beyond is left out, and the listing says so. */
export const LISTING_PARTS_MAX = 1_000;
const NAME_MAX_LENGTH = 200;
const TEXT_MAX_LENGTH = 4_000;
const SELECTION_MAX = 10_000;
const WAIT_MAX_MS = 10 * 60 * 1_000;

/** One line of `query tsm * /ALL`, in the product's words. What the line did not say, or nobody could read, is null. */
export class ListedBackup {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly databaseName!: string;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  @IsUtc() readonly startedAt!: string;
  @IsOptional() @IsUInt64String() readonly sizeBytes!: string | null;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly objectName!: string;
  @IsOptional() @IsId() readonly sourceMember!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly node!: string | null;
  @IsOptional() @IsOneOf(BACKUP_LOCATIONS) readonly location!: BackupLocation | null;
  @IsOptional() @IsBoolean() readonly active!: boolean | null;
}

/**
 * A part of what one member's backup client lists. A listing counts when its last part is there. One without parts says
 * that the listing with this digest still holds.
 */
export class BackupListing {
  @IsId() readonly memberId!: string;
  @IsUUID() readonly agentInstanceId!: string;
  /** Rises with each listing of one agent instance; all parts of a listing have the same. */
  @IsInt() @Min(0) readonly sequence!: number;
  /** Of all its backups; equal listings have equal digests. */
  @IsString() @MaxLength(100) readonly digest!: string;
  /** From 1; 0 where there are no parts. */
  @IsInt() @Min(0) @Max(LISTING_PARTS_MAX) readonly part!: number;
  @IsInt() @Min(0) @Max(LISTING_PARTS_MAX) readonly parts!: number;
  @IsArray()
  @ArrayMaxSize(LISTING_PART_MAX)
  @ValidateNested({ each: true })
  @Type(() => ListedBackup)
  readonly backups!: readonly ListedBackup[];
  /** The client could not be asked, and what was known before stands; there are no parts. */
  @IsBoolean() readonly failed!: boolean;
  /** Lines that were left out, or why the client could not be asked. */
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly problem!: string | null;
}

export class ListBackupsOrder {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly reason!: string;
}

export class BackupsQuery {
  /** Only these databases, by name (in any letter case) or GUID. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SELECTION_MAX)
  @IsString({ each: true })
  @MaxLength(NAME_MAX_LENGTH, { each: true })
  readonly databases?: readonly string[];
  /** Only backups that this member made. */
  @IsOptional() @IsId() readonly member?: string;
  @IsOptional() @IsUtc() readonly startedAfter?: string;
  @IsOptional() @IsUtc() readonly startedBefore?: string;
  /** Only what a restore to this moment would be made from: for each database the newest full until then, and what came after it. */
  @IsOptional() @IsUtc() readonly at?: string;
  @IsOptional() @IsInt() @Min(1) @Max(BACKUPS_PAGE_MAX) readonly limit?: number;
  /** `next` of the page before. */
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly after?: string;
  /** Members whose listing is older are asked first. Default: any age will do. */
  @IsOptional() @IsInt() @Min(0) readonly maxAgeMs?: number;
  /** How long to wait for them; then the answer is given as it is. Default 10,000. */
  @IsOptional() @IsInt() @Min(0) @Max(WAIT_MAX_MS) readonly waitMs?: number;
}

export const BackupsReported = defineMessage({
  type: 'dag.backups.reported.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.backups',
  data: BackupListing,
  summary: 'A part of what the backup client of one member lists.',
  durable: true,
});

export const BackupListOrdered = defineMessage({
  type: 'dag.backups.list.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: ListBackupsOrder,
  summary: 'Order to one agent: ask the backup client for its backups now, and report all of them.',
  durable: true,
});

export const GetBackups = defineQuery({
  type: 'dag.backups.get.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'inventory',
  data: BackupsQuery,
  reply: BackupList,
  summary: 'The backups that exist: what can be restored, page by page.',
  durable: false,
});
