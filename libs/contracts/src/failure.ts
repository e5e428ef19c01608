import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** Longest message and longest retry delay a failure may carry. */
const MESSAGE_MAX_LENGTH = 4_000;
const RETRY_AFTER_MAX_MS = 24 * 60 * 60 * 1_000;

/**
 * The one shape in which a failure crosses a boundary: process, queue, HTTP. Whether trying again can help is data
 * (`retryable`), not a class hierarchy. `type` is stable and dotted (`copy.role-changed`); `message` is for people and
 * says what was tried, on what, why it failed and what to do next.
 */
export class Failure {
  @IsString()
  @Matches(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)*$/)
  @MaxLength(100)
  readonly type!: string;

  @IsString()
  @MaxLength(MESSAGE_MAX_LENGTH)
  readonly message!: string;

  @IsBoolean()
  readonly retryable!: boolean;

  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(RETRY_AFTER_MAX_MS)
  readonly retryAfterMs?: number;

  @IsOptional()
  @IsObject()
  readonly details?: Readonly<Record<string, unknown>>;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Failure)
  readonly cause?: Failure;
}

/** Makes a failure; messages longer than the limit are cut, never refused. */
export function failure(
  type: string,
  message: string,
  options: { retryable: boolean; retryAfterMs?: number; details?: Readonly<Record<string, unknown>>; cause?: Failure },
): Failure {
  return Object.assign(new Failure(), { type, message: message.slice(0, MESSAGE_MAX_LENGTH), ...options });
}

/** Carries a {@link Failure} through code that throws, e.g. from a query's reply to its caller. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'FailureError';
  }
}
