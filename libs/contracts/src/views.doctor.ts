import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import { IsOneOf, IsUtc } from './validators.js';

const TEXT_MAX_LENGTH = 4_000;
const FINDINGS_MAX = 1_000;
const COMMANDS_MAX = 50;

/** From what stands in the way of everything to what is only good to know. */
export const DOCTOR_CHECKS = [
  'broker',
  'topology',
  'conductor',
  'inventory',
  'versions',
  'clocks',
  'queues',
  'parked',
  'alarms',
  'agents',
  'reports',
  'clients',
  'agent-warnings',
  'databases',
  'backups',
  'runs',
  'drains',
  'window',
  'tokens',
] as const;
/** What is looked at when somebody asks how things are. */
export type DoctorCheck = (typeof DOCTOR_CHECKS)[number];

export const FINDING_STATES = ['problem', 'warning', 'notChecked', 'ok'] as const;
/** `problem`: something does not work. `warning`: it works, and somebody should look. `notChecked`: what was asked got no answer. */
export type FindingState = (typeof FINDING_STATES)[number];

/** What one check found. */
export class DoctorFinding {
  @IsOneOf(DOCTOR_CHECKS) readonly check!: DoctorCheck;
  @IsOneOf(FINDING_STATES) readonly state!: FindingState;
  /** What was seen, what it means, and what to do. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly text!: string;
  /** What to type next, in this order. */
  @IsArray()
  @ArrayMaxSize(COMMANDS_MAX)
  @IsString({ each: true })
  @MaxLength(TEXT_MAX_LENGTH, { each: true })
  readonly commands!: readonly string[];
}

export const DOCTOR_VERDICTS = ['problem', 'warning', 'ok'] as const;
export type DoctorVerdict = (typeof DOCTOR_VERDICTS)[number];

/** Each check at least once. */
export class DoctorReport {
  /** The gravest of the findings; what could not be checked counts as a warning, because nobody knows that it is well. */
  @IsOneOf(DOCTOR_VERDICTS) readonly verdict!: DoctorVerdict;
  /** The whole in one sentence. */
  @IsString() @MaxLength(TEXT_MAX_LENGTH) readonly summary!: string;
  @IsUtc() readonly takenAt!: string;
  @IsInt() @Min(0) readonly tookMs!: number;
  /** The gravest first, and among equals in the order of the checks. */
  @IsArray()
  @ArrayMaxSize(FINDINGS_MAX)
  @ValidateNested({ each: true })
  @Type(() => DoctorFinding)
  readonly findings!: readonly DoctorFinding[];
}
