import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { IsOneOf } from './validators.js';
import { WEEKDAYS, WINDOW_ENDINGS, type Weekday, type WindowEnding } from './vocabulary.js';

/** `00:00` to `24:00`. */
export const WALL_TIME_PATTERN = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
const PERIODS_MAX = 50;

/** A stretch of local time, on each of some days of the week. */
export class WindowPeriod {
  /** The days on which it opens. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(7) @IsOneOf(WEEKDAYS, { each: true }) readonly days!: readonly Weekday[];
  @Matches(WALL_TIME_PATTERN, { message: '$property must be a local time like 22:00, not "$value"' })
  readonly from!: string;
  /** Earlier than `from`: on the next day. */
  @Matches(WALL_TIME_PATTERN, { message: '$property must be a local time like 06:00, not "$value"' })
  readonly to!: string;
  /** From here to the end nothing new is started. Default: until the end. */
  @IsOptional()
  @Matches(WALL_TIME_PATTERN, { message: '$property must be a local time like 04:00, not "$value"' })
  readonly latestStart?: string;
}

/** When backups may run. Local times, whatever the time zone's clocks do in spring and autumn. */
export class BackupWindow {
  /** An IANA name like `Europe/Berlin`. */
  @IsString() @MaxLength(64) readonly timeZone!: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(PERIODS_MAX)
  @ValidateNested({ each: true })
  @Type(() => WindowPeriod)
  readonly periods!: readonly WindowPeriod[];
  /** What happens to what still runs when the window closes. Default `finish`. */
  @IsOptional() @IsOneOf(WINDOW_ENDINGS) readonly whenClosed?: WindowEnding;
}
