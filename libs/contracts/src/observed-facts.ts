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
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from './validators.js';
import { COPY_STATUSES, type CopyStatus } from './vocabulary.js';

/** Exchange allows 16 members a DAG and one copy a member (MS-COPY). */
export const COPIES_MAX = 16;
/** Drives and mount points of one server, with room for one volume for each of 100 copies. */
export const VOLUMES_MAX = 200;
const NAME_MAX_LENGTH = 200;
const CALL_OPTIONS_MAX = 10;
const PATH_MAX_LENGTH = 1_000;
const TEXT_MAX_LENGTH = 4_000;

/** What an agent sees of a copy and the inventory passes on. `null` always means "not known", never "no". */
export class CopyFacts {
  @IsId() readonly member!: string;
  @IsOneOf(COPY_STATUSES) readonly status!: CopyStatus;
  /** 1 is Exchange's first choice for activation. */
  @IsOptional() @IsInt() @Min(1) @Max(COPIES_MAX) readonly activationPreference!: number | null;
  /** ReplayLagTime. Above 0 the copy is lagged; null is not eligible either. */
  @IsOptional() @IsInt() @Min(0) readonly replayLagMs!: number | null;
  /** Logs not yet copied, in 1 MB logs. Absurdly large on dead copies: compare, do not add. */
  @IsOptional() @IsUInt64String() readonly copyQueueLength!: string | null;
  @IsOptional() @IsUInt64String() readonly replayQueueLength!: string | null;
  @IsOptional() @IsUtc() readonly latestFullBackupAt!: string | null;
  @IsOptional() @IsString() @MaxLength(512) readonly suspendComment!: string | null;
  /** The volume that holds the copy's database file; copies of one member with equal names share it. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly volume!: string | null;
}

/** What Exchange says of a database. Backup times and flags are the active copy's, the only ones that are right (reference 2.5). */
export class DatabaseFacts {
  @IsUUID() readonly guid!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  @IsOptional() @IsId() readonly activeMember!: string | null;
  @IsOptional() @IsBoolean() readonly mounted!: boolean | null;
  @IsOptional() @IsBoolean() readonly backupInProgress!: boolean | null;
  @IsOptional() @IsBoolean() readonly circularLogging!: boolean | null;
  /** The database's files may be overwritten: only during a restore, and left behind it a danger. */
  @IsOptional() @IsBoolean() readonly allowFileRestore?: boolean | null;
  /** Equal on every member that holds a copy. */
  @IsOptional() @IsString() @MaxLength(PATH_MAX_LENGTH) readonly edbPath?: string | null;
  @IsOptional() @IsString() @MaxLength(PATH_MAX_LENGTH) readonly logPath?: string | null;
  @IsOptional() @IsUInt64String() readonly sizeBytes!: string | null;
  /** Logs that an incremental or differential backup would move: those since the last full or incremental one. */
  @IsOptional() @IsUInt64String() readonly logBytes?: string | null;
  @IsOptional() @IsUtc() readonly lastFullBackupAt!: string | null;
  @IsOptional() @IsUtc() readonly lastIncrementalBackupAt!: string | null;
  @IsOptional() @IsUtc() readonly lastDifferentialBackupAt!: string | null;
  @IsOptional() @IsUtc() readonly lastCopyBackupAt!: string | null;
}

/** What every call of a member's client carries, so that people can be shown commands that mean the same as the agent's. */
export class ClientCall {
  /** Its own files of configuration: `/CONFIGFILE=…`, `/TSMOPTFILE=…`. */
  @IsArray()
  @ArrayMaxSize(CALL_OPTIONS_MAX)
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly options!: readonly string[];
  /** The node that the members of the DAG share on the storage server; null: none is configured. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly dagNode!: string | null;
}

export class ClientView {
  /** Null: nobody on that member could say. */
  @IsOptional() @IsBoolean() readonly installed!: boolean | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly version!: string | null;
  /** Absent: not known. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ClientCall) readonly call?: ClientCall;
}

/** A volume of a member, by where it is mounted; the longest path that a file's path begins with is the file's volume. */
export class VolumeView {
  @IsString() @MinLength(1) @MaxLength(PATH_MAX_LENGTH) readonly path!: string;
  @IsOptional() @IsUInt64String() readonly freeBytes!: string | null;
  @IsOptional() @IsUInt64String() readonly totalBytes!: string | null;
}

/** What an agent says of its server. */
export class MemberFacts {
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly site!: string | null;
  /** Where the member's backups go, as its agent's configuration names it. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly storageServer!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly exchangeVersion!: string | null;
  /** Absent or empty: not known. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(VOLUMES_MAX)
  @ValidateNested({ each: true })
  @Type(() => VolumeView)
  readonly volumes?: readonly VolumeView[];
  @IsObject() @ValidateNested() @Type(() => ClientView) readonly client!: ClientView;
  /** Standing problems the agent reports of itself: a quarantined journal line, a failing Exchange host. */
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly warnings!: readonly string[];
}
