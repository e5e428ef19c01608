import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf, IsUtc } from '../validators.js';
import { MaintenanceView } from '../views.maintenance.js';
import { LIMIT_SCOPES, type LimitScope } from '../vocabulary.js';
import { REQUEST_ID_PATTERN } from './requests.js';

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const CHANGES_MAX = 200;
const REASON_MAX_LENGTH = 500;
/** Backups at once, or milliseconds of a start gap. */
const LIMIT_MAX = 3_600_000;

/** Who asks for what, and what the answer can be found by. */
class MaintenanceRequest {
  /** Default: the id of the message. */
  @IsOptional() @Matches(REQUEST_ID_PATTERN) readonly requestId?: string;
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy?: string;
}

export class LimitChange {
  @IsOneOf(LIMIT_SCOPES) readonly scope!: LimitScope;
  /** Which DAG, site, member or storage server; absent: every one that has no limit of its own. */
  @IsOptional() @IsString() @MinLength(1) @MaxLength(200) readonly name?: string;
  /** Absent or null: as the conductor's configuration says. */
  @IsOptional() @IsInt() @Min(0) @Max(LIMIT_MAX) readonly value?: number | null;
}

export class LimitsChangeRequest extends MaintenanceRequest {
  @IsOptional() @IsString() @MaxLength(REASON_MAX_LENGTH) readonly reason?: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(CHANGES_MAX)
  @ValidateNested({ each: true })
  @Type(() => LimitChange)
  readonly changes!: readonly LimitChange[];
}

export class MemberDrainRequest extends MaintenanceRequest {
  @IsId() readonly member!: string;
  @IsString() @MinLength(1) @MaxLength(REASON_MAX_LENGTH) readonly reason!: string;
  /** By when the member should be free, counted from the request. */
  @IsOptional() @IsInt() @Min(1_000) @Max(WEEK_MS) readonly deadlineMs?: number;
  /** Stop what still runs at the deadline (without one: at once); it goes on elsewhere. Default: it may finish. */
  @IsOptional() @IsBoolean() readonly stopRunning?: boolean;
}

export class MemberResumeRequest extends MaintenanceRequest {
  @IsId() readonly member!: string;
}

/** What changed, for outside readers. */
export class MaintenanceFact {
  @IsString() @MaxLength(128) readonly requestId!: string;
  @IsOptional() @IsString() @MaxLength(200) readonly requestedBy!: string | null;
  @IsUtc() readonly at!: string;
  @IsString() @MaxLength(4_000) readonly text!: string;
  @IsOptional() @IsId() readonly member?: string;
}

export class MaintenanceQuery {
  /** Whose answer is asked for. */
  @IsOptional() @Matches(REQUEST_ID_PATTERN) readonly requestId?: string;
}

const request = { kind: 'request', exchange: 'dag.requests', durable: true } as const;

export const LimitsChangeRequested = defineMessage({
  ...request,
  type: 'dag.limits.change.requested.v1',
  route: 'request.limits',
  data: LimitsChangeRequest,
  summary: 'A person asks for other limits; they count at once, also for runs under way.',
});

export const MemberDrainRequested = defineMessage({
  ...request,
  type: 'dag.member.drain.requested.v1',
  route: 'request.drain',
  data: MemberDrainRequest,
  summary: 'A person asks that a member gets no new work.',
});

export const MemberResumeRequested = defineMessage({
  ...request,
  type: 'dag.member.resume.requested.v1',
  route: 'request.resume',
  data: MemberResumeRequest,
  summary: 'A person asks that a drained member gets work again.',
});

function maintenanceFact<const What extends string>(what: What, summary: string) {
  return defineMessage({
    type: `dag.maintenance.${what}.v1`,
    kind: 'event',
    exchange: 'dag.events',
    route: `maintenance.${what}`,
    data: MaintenanceFact,
    summary,
    durable: true,
  });
}

export const MaintenanceFacts = {
  limitsChanged: maintenanceFact('limits-changed', 'Limits were changed; the text names each.'),
  memberDrained: maintenanceFact('member-drained', 'A member gets no new work from now on.'),
  drainDeadlinePassed: maintenanceFact(
    'drain-deadline-passed',
    'The deadline of a drain passed; the text says what still runs.',
  ),
  memberResumed: maintenanceFact('member-resumed', 'A drained member gets work again.'),
  refused: maintenanceFact('refused', 'A request was refused; the text names every violation.'),
} as const;

export const GetMaintenance = defineQuery({
  type: 'dag.maintenance.get.v1',
  kind: 'query',
  exchange: 'dag.queries',
  route: 'conductor',
  data: MaintenanceQuery,
  reply: MaintenanceView,
  durable: false,
  summary: 'The limits in force, what of them is used, and the drained members.',
});
