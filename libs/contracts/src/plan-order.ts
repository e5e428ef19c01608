import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { COPIES_MAX } from './observed-facts.js';
import { IsId, IsOneOf, IsUtc } from './validators.js';
import { COPY_ROLES, type CopyRole } from './vocabulary.js';

/** Backups in one plan; more would not fit into a message that brokers take. Plan by DAG beyond that. */
export const PLAN_TASKS_MAX = 10_000;

export class PlannedCopy {
  @IsId() readonly member!: string;
  @IsOneOf(COPY_ROLES) readonly role!: CopyRole;
  /** Null: not known. */
  @IsOptional() @IsBoolean() readonly lagged!: boolean | null;
}

/** What a plan relied on of one database. */
export class PlannedDatabase {
  @IsUUID() readonly guid!: string;
  @IsString() @MaxLength(200) readonly name!: string;
  @IsArray()
  @ArrayMaxSize(COPIES_MAX)
  @ValidateNested({ each: true })
  @Type(() => PlannedCopy)
  readonly copies!: readonly PlannedCopy[];
}

/** What a plan says of itself, as an artefact and as an order. */
export class PlanFrame {
  @IsUtc() readonly madeAt!: string;
  /** Expected end of the whole run, from the moment of planning. */
  @IsInt() @Min(0) readonly finishMs!: number;
  /** No plan whatsoever would end earlier. */
  @IsInt() @Min(0) readonly boundMs!: number;
  /** What the plan relies on: carried out, it is refused if this has changed. */
  @IsArray()
  @ArrayMaxSize(PLAN_TASKS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PlannedDatabase)
  readonly topology!: readonly PlannedDatabase[];
}

export class PinnedTask {
  @IsString() @MaxLength(100) readonly taskId!: string;
  @IsId() readonly member!: string;
  /** From the moment of planning. */
  @IsNumber() @Min(0) readonly startMs!: number;
  @IsNumber() @Min(0) readonly endMs!: number;
}

/** A plan to be carried out as it is. It is refused when the topology has changed since it was made. */
export class PlanOrder extends PlanFrame {
  @IsArray()
  @ArrayMaxSize(PLAN_TASKS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PinnedTask)
  readonly tasks!: readonly PinnedTask[];
}
