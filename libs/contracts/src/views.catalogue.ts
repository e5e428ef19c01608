import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from './validators.js';
import { BACKUP_TYPES, type BackupType } from './vocabulary.js';

/** Backups in one answer; ask again with the cursor for more. */
export const BACKUPS_PAGE_MAX = 500;
const NAME_MAX_LENGTH = 200;
const ID_MAX_LENGTH = 400;
const TEXT_MAX_LENGTH = 4_000;
const MEMBERS_MAX = 1_000;

export const BACKUP_ORIGINS = ['client', 'run', 'both'] as const;
/** `client`: a backup client lists it, whoever made it. `run`: a run of ours made it, and no client has listed it yet. */
export type BackupOrigin = (typeof BACKUP_ORIGINS)[number];

export const BACKUP_LOCATIONS = ['server', 'local'] as const;
/** On the storage server, or as a snapshot that only the member which made it can restore. */
export type BackupLocation = (typeof BACKUP_LOCATIONS)[number];

/** One backup that exists. `null` always means "not known". */
export class BackupView {
  /** What `--backup` takes: `<database>/<object name>`, or `<database>/run-…` while no client has listed it. */
  @IsString() @MaxLength(ID_MAX_LENGTH) readonly id!: string;
  /** As the backup client spells it, which is as it must be given back: names are case-sensitive there (reference 4.1). */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly databaseName!: string;
  /** Null where the inventory knows no database of that name now. */
  @IsOptional() @IsUUID() readonly databaseGuid!: string | null;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  /** When the snapshot was taken: what the backup contains is the database at that moment. By the clock of its member. */
  @IsUtc() readonly startedAt!: string;
  @IsOptional() @IsUtc() readonly endedAt!: string | null;
  @IsOptional() @IsUInt64String() readonly sizeBytes!: string | null;
  /** Its name on the storage server; without it only the newest active backup can be asked for. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly objectName!: string | null;
  /** The member that made it. */
  @IsOptional() @IsId() readonly sourceMember!: string | null;
  /** The node that owns it on the storage server: the DAG's, or the member's own. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly node!: string | null;
  @IsOptional() @IsOneOf(BACKUP_LOCATIONS) readonly location!: BackupLocation | null;
  @IsOptional() @IsBoolean() readonly active!: boolean | null;
  /**
   * The full that its chain begins with: a full's own id; that of the newest full before it for an incremental or
   * differential, null when there is none and it cannot be restored; null for a copy, which stands alone.
   */
  @IsOptional() @IsString() @MaxLength(ID_MAX_LENGTH) readonly fullId!: string | null;
  @IsOneOf(BACKUP_ORIGINS) readonly origin!: BackupOrigin;
  @IsOptional() @IsUUID() readonly runId!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly attemptId!: string | null;
  /** Members whose client lists it. */
  @IsArray() @ArrayMaxSize(MEMBERS_MAX) @IsId({ each: true }) readonly listedBy!: readonly string[];
}

/** One member's client as a source of the catalogue. */
export class BackupSourceView {
  @IsId() readonly member!: string;
  /** Age of its last complete listing by the inventory's clock; null when there never was one. */
  @IsOptional() @IsInt() @Min(0) readonly listingAgeMs!: number | null;
  @IsInt() @Min(0) readonly backups!: number;
  /** Why its last listing failed; null when it did not. */
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly problem!: string | null;
}

export class BackupList {
  /** Ordered by database, then from the oldest to the newest. */
  @IsArray()
  @ArrayMaxSize(BACKUPS_PAGE_MAX)
  @ValidateNested({ each: true })
  @Type(() => BackupView)
  readonly backups!: readonly BackupView[];
  /** How many there are in all pages. */
  @IsInt() @Min(0) readonly total!: number;
  /** Give it as `after` for the next page; null: this was the last. */
  @IsOptional() @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly next!: string | null;
  @IsArray()
  @ArrayMaxSize(MEMBERS_MAX)
  @ValidateNested({ each: true })
  @Type(() => BackupSourceView)
  readonly sources!: readonly BackupSourceView[];
}
