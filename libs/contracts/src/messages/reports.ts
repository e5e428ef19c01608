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
import { COPIES_MAX, CopyFacts, DatabaseFacts, MemberFacts } from '../observed-facts.js';
import { IsId, IsOneOf } from '../validators.js';
import { MOVE_CATEGORIES, type MoveCategory } from '../vocabulary.js';

const NAME_MAX_LENGTH = 200;
const ERROR_MAX_LENGTH = 1_000;
/** 100 copies a server (MS-ED), with room for a server that breaks the rule. */
const DATABASES_PER_MEMBER_MAX = 1_000;

/** One copy as the reporting member's Exchange sees it, whichever member holds it. */
export class ReportedCopy extends CopyFacts {
  @IsBoolean() readonly active!: boolean;
  @IsOptional() @IsBoolean() readonly activationSuspended?: boolean | null;
  /** While the copy is being seeded, as far as Exchange says. */
  @IsOptional() @IsInt() @Min(0) @Max(100) readonly seedingPercent?: number | null;
  @IsOptional() @IsString() @MaxLength(ERROR_MAX_LENGTH) readonly errorMessage?: string | null;
}

/** One database with a copy on the reporting member, and all its copies as seen from there. */
export class ReportedDatabase extends DatabaseFacts {
  @IsBoolean() readonly recovery!: boolean;
  @IsBoolean() readonly publicFolder!: boolean;
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
export class NodeReport extends MemberFacts {
  @IsId() readonly memberId!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly memberName!: string;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly fqdn!: string | null;
  /** Null: the server is in no DAG. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReportedDag) readonly dag!: ReportedDag | null;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly agentVersion!: string;
  @IsUUID() readonly agentInstanceId!: string;
  /** Rises with each report of one agent instance; an older one arriving late changes nothing. */
  @IsInt() @Min(0) readonly sequence!: number;
  @IsArray()
  @ArrayMaxSize(DATABASES_PER_MEMBER_MAX)
  @ValidateNested({ each: true })
  @Type(() => ReportedDatabase)
  readonly databases!: readonly ReportedDatabase[];
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
