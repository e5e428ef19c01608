import { OrderRestoreStep, RestoreStepEnd, StopRestoreStep } from '#contracts';
import { Type } from 'class-transformer';
import { IsIn, IsISO8601, IsString, MaxLength, ValidateNested } from 'class-validator';

class StepRecordBase {
  @IsISO8601() readonly at!: string;
  @IsString() @MaxLength(200) readonly stepId!: string;
}

/** The order, as it came; nothing is acknowledged before this is on disk. */
export class StepReceived extends StepRecordBase {
  @IsIn(['stepReceived']) readonly kind!: 'stepReceived';
  @ValidateNested() @Type(() => OrderRestoreStep) readonly order!: OrderRestoreStep;
}

/** Written before each change: from here on it may have happened. */
export class StepChanging extends StepRecordBase {
  @IsIn(['stepChanging']) readonly kind!: 'stepChanging';
  /** For people who read the journal. */
  @IsString() @MaxLength(100) readonly change!: string;
}

export class StepFinished extends StepRecordBase {
  @IsIn(['stepFinished']) readonly kind!: 'stepFinished';
  @ValidateNested() @Type(() => RestoreStepEnd) readonly end!: RestoreStepEnd;
}

/** The last word is with the broker. */
export class StepReported extends StepRecordBase {
  @IsIn(['stepReported']) readonly kind!: 'stepReported';
}

/** An order to stop a step whose order has not come; if it still comes, it is refused. */
export class StepStopKnown extends StepRecordBase {
  @IsIn(['stepStopKnown']) readonly kind!: 'stepStopKnown';
  @ValidateNested() @Type(() => StopRestoreStep) readonly order!: StopRestoreStep;
}

export type StepRecord = StepReceived | StepChanging | StepFinished | StepReported | StepStopKnown;

export const STEP_RECORD_CLASSES = {
  stepReceived: StepReceived,
  stepChanging: StepChanging,
  stepFinished: StepFinished,
  stepReported: StepReported,
  stepStopKnown: StepStopKnown,
} as const;

export function isStepRecord<Other extends { readonly kind: string }>(
  record: Other | StepRecord,
): record is StepRecord {
  return Object.hasOwn(STEP_RECORD_CLASSES, record.kind);
}
