import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';

export class RunPageQuery {
  /** History entries after this one. Default 0: from the start. */
  @IsOptional() @IsInt() @Min(0) readonly afterSequence?: number;
}

export class ExplanationQuery {
  /** Name or GUID; default: every database. */
  @IsOptional() @IsString() @MaxLength(200) readonly database?: string;
}
