import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { Failure } from '../failure.js';
import { defineMessage, defineQuery } from '../message.js';
import { IsId, IsOneOf, IsUInt64String, IsUtc } from '../validators.js';
import { BACKUP_TYPES, COPY_ROLES, type BackupType, type CopyRole } from '../vocabulary.js';
import { ReportedDatabase } from './reports.js';

/** Longest lease: an agent cut off must not go on for longer than an hour. */
const LEASE_MAX_MS = 60 * 60 * 1_000;
const ATTEMPTS_MAX = 1_000;

/** Names one attempt. The number rises with every attempt of a task and is the fencing token: an older one changes nothing. */
export class AttemptRef {
  @IsUUID() readonly runId!: string;
  /** `<database guid>/<copy number>`; unique within the run. */
  @IsString() @MaxLength(100) readonly taskId!: string;
  /** Unique everywhere; the agent's journal knows a command by it. */
  @IsString() @MaxLength(200) readonly attemptId!: string;
  @IsInt() @Min(1) readonly attempt!: number;
}

/** Order: back up one database once. The agent journals it, answers, and starts only after a heartbeat was answered with a lease. */
export class StartBackup extends AttemptRef {
  /** The conductor's fencing epoch. */
  @IsInt() @Min(0) readonly epoch!: number;
  @IsUUID() readonly databaseGuid!: string;
  @IsString() @MaxLength(200) readonly databaseName!: string;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  /** The role the copy must still have when the agent looks just before the start. */
  @IsOneOf(COPY_ROLES) readonly expectedRole!: CopyRole;
  /** How long the agent may go on without contact with the conductor. */
  @IsInt() @Min(1_000) @Max(LEASE_MAX_MS) readonly leaseMs!: number;
  /**
   * By the conductor's clock: when it takes the order back if no agent has asked for the lease. Only for people who read the
   * queue: an agent never compares it with its own clock, because the lease alone says whether it may start.
   */
  @IsOptional() @IsUtc() readonly notAfter?: string;
}

export class StopBackup extends AttemptRef {
  @IsString() @MaxLength(500) readonly reason!: string;
}

/** Order: say how this attempt stands. The answer is the agent's last word for it, or a refusal `attempt.unknown`. */
export class DescribeAttempt extends AttemptRef {}

class AttemptReport extends AttemptRef {
  @IsId() readonly memberId!: string;
}

export class AttemptAcceptance extends AttemptReport {}

export class AttemptStart extends AttemptReport {
  /** By the agent's clock; for people. */
  @IsUtc() readonly startedAt!: string;
}

export class AttemptRefusal extends AttemptReport {
  @IsObject() @ValidateNested() @Type(() => Failure) readonly failure!: Failure;
  /** The database as the agent saw it in its last check. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReportedDatabase) readonly database?: ReportedDatabase;
}

export class BackupEvidence {
  @IsOptional() @IsUtc() readonly before!: string | null;
  @IsOptional() @IsUtc() readonly after!: string | null;
  /** Exchange's own last-backup header moved forward: the only evidence independent of the backup client (MS-WSB). */
  @IsBoolean() readonly proven!: boolean;
}

/** What a client that ended well says it made; the catalogue of backups keeps it until a client lists the same backup. */
export class MadeBackup {
  @IsUUID() readonly databaseGuid!: string;
  @IsString() @MaxLength(200) readonly databaseName!: string;
  @IsOneOf(BACKUP_TYPES) readonly backupType!: BackupType;
  /** By the agent's clock, which is also the backup client's. */
  @IsUtc() readonly startedAt!: string;
  @IsUtc() readonly endedAt!: string;
}

export const ATTEMPT_END_OUTCOMES = ['succeeded', 'failed', 'stopped', 'interrupted'] as const;

export class AttemptEnd extends AttemptReport {
  @IsOneOf(ATTEMPT_END_OUTCOMES) readonly outcome!: (typeof ATTEMPT_END_OUTCOMES)[number];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => Failure) readonly failure?: Failure;
  @IsUInt64String() readonly bytes!: string;
  @IsInt() @Min(0) readonly durationMs!: number;
  /** Exit code of tdpexcc; null when there was none to read. */
  @IsOptional() @IsInt() readonly exitCode!: number | null;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => BackupEvidence) readonly evidence?: BackupEvidence;
  /** Only where the outcome is `succeeded`. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => MadeBackup) readonly made?: MadeBackup;
  /** The database as the agent saw it when the attempt ended. */
  @IsOptional() @IsObject() @ValidateNested() @Type(() => ReportedDatabase) readonly database?: ReportedDatabase;
}

export const LIVE_ATTEMPT_STATES = ['accepted', 'running', 'stopping'] as const;

export class LiveAttempt {
  @IsString() @MaxLength(200) readonly attemptId!: string;
  @IsInt() @Min(1) readonly attempt!: number;
  @IsOneOf(LIVE_ATTEMPT_STATES) readonly state!: (typeof LIVE_ATTEMPT_STATES)[number];
  @IsUInt64String() readonly bytesDone!: string;
}

/** Liveness, progress and the request to renew every lease, in one message. The conductor answers it to its reply-to address. */
export class Heartbeat {
  @IsId() readonly memberId!: string;
  /** Changes with every start of the agent. */
  @IsUUID() readonly agentInstanceId!: string;
  @IsInt() @Min(0) readonly sequence!: number;
  @IsArray()
  @ArrayMaxSize(ATTEMPTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => LiveAttempt)
  readonly attempts!: readonly LiveAttempt[];
}

export const LEASE_VERDICTS = ['granted', 'stale'] as const;

export class LeaseGrant {
  @IsString() @MaxLength(200) readonly attemptId!: string;
  /** `stale`: this attempt is not, or no longer, the agent's; stop it and say so. */
  @IsOneOf(LEASE_VERDICTS) readonly verdict!: (typeof LEASE_VERDICTS)[number];
}

/** Answer to a heartbeat. A granted lease runs from the moment the agent *sent* that heartbeat, so the agent's view always ends first. */
export class LeaseReply {
  @IsInt() @Min(0) readonly sequence!: number;
  @IsInt() @Min(0) readonly epoch!: number;
  @IsArray()
  @ArrayMaxSize(ATTEMPTS_MAX)
  @ValidateNested({ each: true })
  @Type(() => LeaseGrant)
  readonly grants!: readonly LeaseGrant[];
}

export const BackupStartOrdered = defineMessage({
  type: 'dag.backup.start.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: StartBackup,
  summary: 'Order to one agent: back up one database.',
  durable: true,
});

export const BackupStopOrdered = defineMessage({
  type: 'dag.backup.stop.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: StopBackup,
  summary: 'Order to one agent: stop an attempt, or never start it.',
  durable: true,
});

export const AttemptDescriptionOrdered = defineMessage({
  type: 'dag.attempt.describe.v1',
  kind: 'command',
  exchange: 'dag.commands',
  route: '{member}',
  data: DescribeAttempt,
  summary: 'Order to one agent, from a conductor that took over: say again how an attempt stands, from the journal.',
  durable: true,
});

export const AttemptAccepted = defineMessage({
  type: 'dag.attempt.accepted.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.attempt.accepted',
  data: AttemptAcceptance,
  summary: 'The command is in the agent’s journal.',
  durable: true,
});

export const AttemptStarted = defineMessage({
  type: 'dag.attempt.started.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.attempt.started',
  data: AttemptStart,
  summary: 'The last check passed, the lease is granted, and the backup client was started.',
  durable: true,
});

export const AttemptRefused = defineMessage({
  type: 'dag.attempt.refused.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.attempt.refused',
  data: AttemptRefusal,
  summary: 'The agent did not start the attempt, and will not.',
  durable: true,
});

export const AttemptEnded = defineMessage({
  type: 'dag.attempt.ended.v1',
  kind: 'event',
  exchange: 'dag.results',
  route: 'node.{member}.attempt.ended',
  data: AttemptEnd,
  summary: 'The attempt is over: no process of it runs on that member any more.',
  durable: true,
});

export const HeartbeatSent = defineQuery({
  type: 'dag.heartbeat.v1',
  kind: 'heartbeat',
  exchange: 'dag.heartbeats',
  route: '{member}',
  data: Heartbeat,
  reply: LeaseReply,
  summary: 'An agent is alive, works on these attempts, and asks for their leases.',
  durable: false,
});
