import { IsString, MaxLength } from 'class-validator';
import { IsUtc } from './validators.js';

const NAME_MAX_LENGTH = 200;

/** The process that answered, of a service of which one acts at a time. */
export class ServiceView {
  /** Of the product, so that a half-done update can be seen. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly version!: string;
  /** Host and process id, as in the service's log. */
  @IsString() @MaxLength(NAME_MAX_LENGTH) readonly instance!: string;
  @IsUtc() readonly actingSince!: string;
  /** When it answered, by its own clock. */
  @IsUtc() readonly at!: string;
}
