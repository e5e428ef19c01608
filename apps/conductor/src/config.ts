import { BackupWindow } from '#contracts';
import { retentionProblem } from '#messaging';
import { BrokerConfig, ConfigError, MonitoringConfig } from '#service';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import type { Settings } from './domain/settings.js';
import { windowProblems } from './domain/window/window-problems.js';
import { RestoreConfig } from './restore/config.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A terabyte of logs: who allows more wants no limit, and gets none. */
const QUEUE_LOGS_MAX = 1_000_000;

export class LimitsConfig {
  /** Backups at once on one member. */
  @IsInt() @Min(1) @Max(100) readonly parallelPerMember: number = 1;
  /** Backups at once over everything. Default, here and below: no limit. */
  @IsOptional() @IsInt() @Min(1) @Max(10_000) readonly parallelInAll?: number;
  @IsOptional() @IsInt() @Min(1) @Max(10_000) readonly parallelPerDag?: number;
  @IsOptional() @IsInt() @Min(1) @Max(10_000) readonly parallelPerSite?: number;
  /** Sessions that one storage server takes. */
  @IsOptional() @IsInt() @Min(1) @Max(10_000) readonly parallelPerStorageServer?: number;
  /** Copies read at once on one volume of a member, where the volume is known. */
  @IsInt() @Min(1) @Max(100) readonly parallelPerVolume: number = 1;
  /** Logs that a passive copy may still have to copy, or to replay, when its backup starts. */
  @IsInt() @Min(0) @Max(QUEUE_LOGS_MAX) readonly copyQueueLogsMax: number = 100;
  @IsInt() @Min(0) @Max(QUEUE_LOGS_MAX) readonly replayQueueLogsMax: number = 500;
  /** Least time between two starts on one member. */
  @IsInt() @Min(0) @Max(HOUR) readonly startGapMs: number = 0;
  /** Tries again after failures of the backup client, per task. */
  @IsInt() @Min(0) @Max(20) readonly retries: number = 3;
  /** Attempts of one task, whatever their reasons. */
  @IsInt() @Min(1) @Max(100) readonly attempts: number = 20;
}

export class TimingConfig {
  @IsInt() @Min(2 * SECOND) @Max(HOUR) readonly leaseMs: number = 20 * SECOND;
  @IsInt() @Min(100) @Max(10 * MINUTE) readonly leaseMarginMs: number = 2 * SECOND;
  @IsInt() @Min(SECOND) @Max(HOUR) readonly dispatchTimeoutMs: number = 10 * SECOND;
  @IsInt() @Min(SECOND) @Max(HOUR) readonly silentAfterMs: number = 8 * SECOND;
  @IsInt() @Min(SECOND) @Max(DAY) readonly waitLimitMs: number = 30 * MINUTE;
  @IsInt() @Min(SECOND) @Max(7 * DAY) readonly runDeadlineMs: number = 12 * HOUR;
  @IsInt() @Min(100) @Max(HOUR) readonly backoffMs: number = 5 * SECOND;
  @IsInt() @Min(100) @Max(HOUR) readonly backoffMaxMs: number = MINUTE;
  @IsInt() @Min(SECOND) @Max(DAY) readonly observationMaxAgeMs: number = 5 * MINUTE;
  /** Reports older than this are asked for anew before a plan is made. */
  @IsInt() @Min(0) @Max(HOUR) readonly collectMaxAgeMs: number = 10 * SECOND;
  @IsInt() @Min(100) @Max(10 * MINUTE) readonly collectWaitMs: number = 5 * SECOND;
  @IsInt() @Min(50) @Max(10 * SECOND) readonly tickMs: number = 250;
  /** How often it is looked at whether waiting work should go to another member. */
  @IsInt() @Min(SECOND) @Max(HOUR) readonly rebalanceMs: number = 30 * SECOND;
  /** How often the whole picture is fetched anew, in case a change was missed. */
  @IsInt() @Min(SECOND) @Max(HOUR) readonly refreshMs: number = MINUTE;
  /** How long sent messages and marks of seen ones are kept; longer than any message may still be redelivered. */
  @IsInt() @Min(HOUR) @Max(30 * DAY) readonly inboxRetentionMs: number = 3 * DAY;
  /** How long a run that ended can be asked about, counted from its request; longer than `inboxRetentionMs`. */
  @IsInt() @Min(DAY) @Max(3_650 * DAY) readonly runRetentionMs: number = 90 * DAY;
}

/** Health and metrics. */
export class ConductorMonitoringConfig extends MonitoringConfig {
  override readonly port: number = 9_440;
}

/** `conductor.yaml`. Every key has a default but the broker's address and the data folder. */
export class ConductorConfig {
  @ValidateNested() @Type(() => BrokerConfig) readonly broker!: BrokerConfig;
  /** PostgreSQL instead of the embedded database; `DATABASE_URL` does the same. Several conductors may then run, of which one acts. */
  @IsOptional() @IsString() readonly databaseUrl?: string;
  /** A file with that URL in it, for the secret that it contains. */
  @IsOptional() @IsString() readonly databaseUrlFile?: string;
  /** Folder of the embedded database. */
  @IsString() readonly dataDir!: string;
  @ValidateNested() @Type(() => LimitsConfig) readonly limits: LimitsConfig = new LimitsConfig();
  @ValidateNested() @Type(() => TimingConfig) readonly timing: TimingConfig = new TimingConfig();
  /** When backups may run, for requests that do not say it themselves. */
  @IsOptional() @ValidateNested() @Type(() => BackupWindow) readonly window?: BackupWindow;
  @ValidateNested() @Type(() => RestoreConfig) readonly restore: RestoreConfig = new RestoreConfig();
  @ValidateNested()
  @Type(() => ConductorMonitoringConfig)
  readonly monitoring: ConductorMonitoringConfig = new ConductorMonitoringConfig();
}

/** What no single key can say. */
export function checkConfig({ timing, window }: ConductorConfig): void {
  const { inboxRetentionMs, runRetentionMs } = timing;
  const problems: string[] = window ? [...windowProblems(window)] : [];
  const tooShort = retentionProblem('timing.inboxRetentionMs', inboxRetentionMs);
  if (tooShort) problems.push(tooShort);
  if (runRetentionMs <= inboxRetentionMs) {
    problems.push(
      `timing.runRetentionMs (${runRetentionMs}) must be longer than timing.inboxRetentionMs (${inboxRetentionMs}): ` +
        'a message delivered late must find its run',
    );
  }
  if (problems.length > 0) throw new ConfigError('the configuration', problems);
}

/** What of the configuration the rules look at. */
export function settingsOf({ limits, timing, window, restore }: ConductorConfig): Settings {
  return {
    ...timing,
    parallelPerMember: limits.parallelPerMember,
    parallelInAll: limits.parallelInAll ?? null,
    parallelPerDag: limits.parallelPerDag ?? null,
    parallelPerSite: limits.parallelPerSite ?? null,
    parallelPerStorageServer: limits.parallelPerStorageServer ?? null,
    parallelPerVolume: limits.parallelPerVolume,
    defaultWindow: window ?? null,
    startGapMs: limits.startGapMs,
    queueLimits: { copyQueueLogsMax: limits.copyQueueLogsMax, replayQueueLogsMax: limits.replayQueueLogsMax },
    retryLimit: limits.retries,
    attemptLimit: limits.attempts,
    restore,
  };
}
