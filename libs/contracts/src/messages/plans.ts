import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  Equals,
  IsArray,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { defineQuery } from '../message.js';
import { PLAN_TASKS_MAX, PlanFrame } from '../plan-order.js';
import { IsId, IsOneOf } from '../validators.js';
import { BackupSubject, CandidateView, ExclusionView } from '../views.run.js';
import { BackupRequest } from './requests.js';

const TEXT_MAX_LENGTH = 4_000;
const NAMES_MAX = 10_000;
const GROWTH_MAX_PERCENT = 1_000;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** The first key of every plan file: what it is, and in which form. */
export const PLAN_FORMAT = 'dag-plan/1';

/** A world that is not: the plan then says what would be, and cannot be carried out. */
export class WhatIf {
  /** As if these servers were gone, and their active databases active elsewhere. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(NAMES_MAX)
  @IsId({ each: true })
  readonly withoutMembers?: readonly string[];
  /** As if every database were so much larger. */
  @IsOptional() @IsNumber() @Min(0) @Max(GROWTH_MAX_PERCENT) readonly growPercent?: number;
  /** Whether everything would be done within this time. */
  @IsOptional() @IsInt() @Min(1_000) @Max(WEEK_MS) readonly windowMs?: number;
}

export class PlanQuery {
  @IsObject() @ValidateNested() @Type(() => BackupRequest) readonly request!: BackupRequest;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => WhatIf) readonly whatIf?: WhatIf;
}

export const PLAN_OUTCOMES = ['placed', 'waiting', 'leftOut', 'failed', 'notNeeded'] as const;
/** `waiting`: no copy can be backed up now, and a change could make one eligible. */
export type PlanOutcomeWord = (typeof PLAN_OUTCOMES)[number];

export class PlanTaskView extends BackupSubject {
  @IsOneOf(PLAN_OUTCOMES) readonly outcome!: PlanOutcomeWord;
  /** From the moment of planning. */
  @IsOptional() @IsNumber() @Min(0) readonly startMs!: number | null;
  @IsOptional() @IsNumber() @Min(0) readonly endMs!: number | null;
  @IsArray() @ValidateNested({ each: true }) @Type(() => CandidateView) readonly candidates!: readonly CandidateView[];
}

/** Whether the plan ends within the window that was asked about. */
export class WindowFit {
  @IsInt() @Min(0) readonly windowMs!: number;
  /** Names of databases that would end after it. */
  @IsArray() @IsString({ each: true }) readonly late!: readonly string[];
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
}

/** What a run would do, as an artefact: to read, to keep, and to carry out as it is. */
export class PlanDocument extends PlanFrame {
  @Equals(PLAN_FORMAT, { message: `$property must be "${PLAN_FORMAT}"` }) readonly format!: typeof PLAN_FORMAT;
  @IsObject() @ValidateNested() @Type(() => BackupRequest) readonly request!: BackupRequest;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => WhatIf) readonly whatIf!: WhatIf | null;
  /** What keeps the end from being earlier. */
  @IsArray() @IsString({ each: true }) readonly binding!: readonly string[];
  @IsArray() @IsString({ each: true }) readonly warnings!: readonly string[];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => WindowFit) readonly window!: WindowFit | null;
  @IsInt() @Min(0) readonly knownDatabases!: number;
  /** Databases that no task is about, by rule. */
  @IsArray() @ValidateNested({ each: true }) @Type(() => ExclusionView) readonly exclusions!: readonly ExclusionView[];
  /** In the order in which they are to start. */
  @IsArray()
  @ArrayMaxSize(PLAN_TASKS_MAX)
  @ValidateNested({ each: true })
  @Type(() => PlanTaskView)
  readonly tasks!: readonly PlanTaskView[];
}

export const MakePlan = defineQuery({
  type: 'dag.plan.make.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'conductor',
  data: PlanQuery,
  reply: PlanDocument,
  summary: 'What a request would do now, or in a world that is not; nothing is started and nothing stored.',
  durable: false,
});
