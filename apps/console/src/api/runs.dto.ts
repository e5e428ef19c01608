import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { IsOneOf } from '#contracts';

const YES_OR_NO = ['true', 'false'] as const;

export class RunPageQuery {
  /** History entries after this one. Default 0: from the start. */
  @IsOptional() @IsInt() @Min(0) readonly afterSequence?: number;
}

export class ExplanationQuery {
  /** Name or GUID; default: every database. */
  @IsOptional() @IsString() @MaxLength(200) readonly database?: string;
  /** Each decision is made again from what was stored with it, and compared. */
  @IsOptional() @IsOneOf(YES_OR_NO) readonly replay?: 'true' | 'false';
}
