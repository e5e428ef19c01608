import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { COPIES_MAX, CopyFacts, DatabaseFacts, MemberFacts } from './observed-facts.js';
import { IsId, IsOneOf, IsUtc } from './validators.js';
import { ServiceView } from './views.service.js';
import {
  AGENT_STATES,
  COPY_ROLES,
  DATABASE_KINDS,
  type AgentState,
  type CopyRole,
  type DatabaseKind,
} from './vocabulary.js';

const NAME_MAX_LENGTH = 200;
const INVENTORY_MAX = 100_000;

/** One copy of a database on one member, as the inventory knows it. `null` always means "not known", never "no". */
export class CopyView extends CopyFacts {
  @IsOneOf(COPY_ROLES) readonly role!: CopyRole;
  /** The member whose agent saw this: the copy's own member if it has a working agent. */
  @IsId() readonly observedBy!: string;
  /** Age of the observation by the inventory's clock, when the view was made. */
  @IsInt() @Min(0) readonly ageMs!: number;
}

/** A database with all its copies. Backup times and flags are the active copy's, the only ones that are right (reference 2.5). */
export class DatabaseView extends DatabaseFacts {
  @IsOneOf(DATABASE_KINDS) readonly kind!: DatabaseKind;
  /** Id of the DAG, null outside any. A stand-alone database on a DAG member carries that member's DAG. */
  @IsOptional() @IsId() readonly dag!: string | null;
  @IsArray()
  @ArrayMaxSize(COPIES_MAX)
  @ValidateNested({ each: true })
  @Type(() => CopyView)
  readonly copies!: readonly CopyView[];
}

export class AgentView {
  @IsOneOf(AGENT_STATES) readonly state!: AgentState;
  @IsOptional() @IsString() @MaxLength(NAME_MAX_LENGTH) readonly version!: string | null;
  /** Age of the last full report by the inventory's clock; null when there never was one. */
  @IsOptional() @IsInt() @Min(0) readonly reportAgeMs!: number | null;
}

export class MemberView extends MemberFacts {
  @IsId() readonly id!: string;
  /** As Exchange spells it. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  @IsOptional() @IsId() readonly dag!: string | null;
  @IsObject() @ValidateNested() @Type(() => AgentView) readonly agent!: AgentView;
}

export class DagView {
  @IsId() readonly id!: string;
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly name!: string;
  @IsArray() @ArrayMaxSize(COPIES_MAX) @IsId({ each: true }) readonly members!: readonly string[];
}

/** The merged view at one moment. */
export class InventorySnapshot {
  @IsUtc() readonly takenAt!: string;
  @IsArray()
  @ArrayMaxSize(INVENTORY_MAX)
  @ValidateNested({ each: true })
  @Type(() => DagView)
  readonly dags!: readonly DagView[];
  @IsArray()
  @ArrayMaxSize(INVENTORY_MAX)
  @ValidateNested({ each: true })
  @Type(() => MemberView)
  readonly members!: readonly MemberView[];
  @IsArray()
  @ArrayMaxSize(INVENTORY_MAX)
  @ValidateNested({ each: true })
  @Type(() => DatabaseView)
  readonly databases!: readonly DatabaseView[];
  /** Members whose agent was expected to answer and did not within the wait. */
  @IsArray() @IsId({ each: true }) readonly missingMembers!: readonly string[];
  /** Absent: an older inventory answered. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ServiceView) readonly service?: ServiceView;
}
