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
  ValidateNested,
} from 'class-validator';
import { defineMessage } from '../message.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from '../validators.js';
import { COPIES_MAX, ClientView, VOLUMES_MAX, VolumeView } from '../views.inventory.js';
import { COPY_STATUSES, MOVE_CATEGORIES, type CopyStatus, type MoveCategory } from '../vocabulary.js';

const NAME_MAX_LENGTH = 200;
const PATH_MAX_LENGTH = 1_000;
const ERROR_MAX_LENGTH = 1_000;
/** 100 copies a server (MS-ED), with room for a server that breaks the rule. */
const DATABASES_PER_MEMBER_MAX = 1_000;

/** One copy as the reporting member's Exchange sees it, whichever member holds it. */
export class ReportedCopy {
  @IsId() readonly member!: string;
  @IsBoolean() readonly active!: boolean;
  @IsOneOf(COPY_STATUSES) readonly status!: CopyStatus;
  @IsOptional() @IsInt() @Min(1) @Max(COPIES_MAX) readonly activationPreference!: number | null;
  @IsOptional() @IsInt() @Min(0) readonly replayLagMs!: number | null;
  @IsOptional() @IsUInt64String() readonly copyQueueLength!: string | null;
  @IsOptional() @IsUInt64String() readonly replayQueueLength!: string | null;
  @IsOptional() @IsUtc() readonly latestFullBackupAt!: string | null;
  @IsOptional() @IsString() @MaxLength(512) readonly suspendComment!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly volume!: string | null;
  @IsOptional() @IsBoolean() readonly activationSuspended?: boolean | null;
  /** While the copy is being seeded, as far as Exchange says. */
  @IsOptional() @IsInt() @Min(0) @Max(100) readonly seedingPercent?: number | null;
  @IsOptional() @IsString() @MaxLength(ERROR_MAX_LENGTH) readonly errorMessage?: string | null;
}

/** One database with a copy on the reporting member, and all its copies as seen from there. */
export class ReportedDatabase {
  @IsUUID() readonly guid!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  @IsBoolean() readonly recovery!: boolean;
  @IsBoolean() readonly publicFolder!: boolean;
  /** Null when the member does not know. */
  @IsOptional() @IsId() readonly activeMember!: string | null;
  @IsOptional() @IsBoolean() readonly mounted!: boolean | null;
  @IsOptional() @IsBoolean() readonly backupInProgress!: boolean | null;
  @IsOptional() @IsBoolean() readonly circularLogging!: boolean | null;
  /** The database's files may be overwritten. */
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
  @IsArray()
  @ArrayMaxSize(COPIES_MAX)
  @ValidateNested({ each: true })
  @Type(() => ReportedCopy)
  readonly copies!: readonly ReportedCopy[];
}

/** The DAG as one member sees it; members without agent or client are listed too. */
export class ReportedDag {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  /** Names as Exchange spells them. */
  @IsArray()
  @ArrayMaxSize(COPIES_MAX)
  @IsString({ each: true })
  @MaxLength(NAME_MAX_LENGTH, { each: true })
  readonly members!: readonly string[];
}

/** Everything one agent knows of its server. */
export class NodeReport {
  @IsId() readonly memberId!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly memberName!: string;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly fqdn!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly site!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly storageServer!: string | null;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly exchangeVersion!: string | null;
  /** Null: the server is in no DAG. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReportedDag) readonly dag!: ReportedDag | null;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(VOLUMES_MAX)
  @ValidateNested({ each: true })
  @Type(() => VolumeView)
  readonly volumes?: readonly VolumeView[];
  @IsObject() @ValidateNested() @Type(() => ClientView) readonly client!: ClientView;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly agentVersion!: string;
  @IsUUID() readonly agentInstanceId!: string;
  /** Rises with each report of one agent instance; an older one arriving late changes nothing. */
  @IsInt() @Min(0) readonly sequence!: number;
  @IsArray()
  @ArrayMaxSize(DATABASES_PER_MEMBER_MAX)
  @ValidateNested({ each: true })
  @Type(() => ReportedDatabase)
  readonly databases!: readonly ReportedDatabase[];
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(4_000, { each: true })
  readonly warnings!: readonly string[];
}

/** An agent saw a database move, looked at once, and says what it found. */
export class DatabaseMoveObservation {
  @IsId() readonly memberId!: string;
  @IsUUID() readonly agentInstanceId!: string;
  /** Shares the counter of {@link NodeReport}. */
  @IsInt() @Min(0) readonly sequence!: number;
  @IsOneOf(MOVE_CATEGORIES) readonly category!: MoveCategory;
  /** Exchange's UniqueOperationId, where an event told of the move. */
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly operationId?: string;
  @IsObject() @ValidateNested() @Type(() => ReportedDatabase) readonly database!: ReportedDatabase;
}

export class ReportStateOrder {
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly reason!: string;
}

export const NodeReported = defineMessage({
  type: 'dag.node.reported.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.report',
  data: NodeReport,
  summary: 'An agent reports its server, its DAG, its client and its databases.',
  durable: true,
});

export const DatabaseMoveObserved = defineMessage({
  type: 'dag.database.move-observed.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.database.moved',
  data: DatabaseMoveObservation,
  summary: 'An agent saw the active copy of a database move.',
  durable: true,
});

export const StateReportOrdered = defineMessage({
  type: 'dag.node.report-state.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: ReportStateOrder,
  summary: 'Order to one agent: look now and report.',
  durable: true,
});
