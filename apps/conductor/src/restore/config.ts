import { RestoreSpellingConfig } from '#contracts';
import { Type } from 'class-transformer';
import { IsInt, Max, Min, ValidateNested } from 'class-validator';
import { RESTORE_SETTINGS, type RestoreSettings } from './settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** `restore` in `conductor.yaml`. */
export class RestoreConfig implements RestoreSettings {
  /** Restores at once on one member; reseeding is counted by itself. */
  @IsInt() @Min(1) @Max(100) readonly restoresPerMember: number = RESTORE_SETTINGS.restoresPerMember;
  @IsInt() @Min(1) @Max(1_000) readonly sessionsPerStorageServer: number = RESTORE_SETTINGS.sessionsPerStorageServer;
  @IsInt() @Min(1) @Max(1_000) readonly reseedsAtOnce: number = RESTORE_SETTINGS.reseedsAtOnce;
  /** From one member, and onto one. */
  @IsInt() @Min(1) @Max(100) readonly reseedsPerMember: number = RESTORE_SETTINGS.reseedsPerMember;
  @IsInt() @Min(1) @Max(20) readonly stepTriesMax: number = RESTORE_SETTINGS.stepTriesMax;
  @IsInt() @Min(1) @Max(100) readonly stepLossesMax: number = RESTORE_SETTINGS.stepLossesMax;
  @IsInt() @Min(10) @Max(HOUR) readonly stepBackoffMs: number = RESTORE_SETTINGS.stepBackoffMs;
  @IsInt() @Min(10) @Max(HOUR) readonly stepBackoffMaxMs: number = RESTORE_SETTINGS.stepBackoffMaxMs;
  @IsInt() @Min(10) @Max(HOUR) readonly lookEveryMs: number = RESTORE_SETTINGS.lookEveryMs;
  @IsInt() @Min(1_000) @Max(24 * HOUR) readonly healthyWaitMs: number = RESTORE_SETTINGS.healthyWaitMs;
  /** An alarm is raised at the latest this long after a restore in the middle of its work was last heard of. */
  @IsInt() @Min(1_000) @Max(MINUTE) readonly alarmAfterMs: number = RESTORE_SETTINGS.alarmAfterMs;
  /** What a client is expected to restore in a second, for the estimates of a dry run. */
  @IsInt() @Min(1) readonly restoreBytesPerSecond: number = RESTORE_SETTINGS.restoreBytesPerSecond;
  /** As in `tdpexcc.restoreSpelling` of the agents, for the commands that people are shown. */
  @ValidateNested() @Type(() => RestoreSpellingConfig) readonly spelling: RestoreSpellingConfig =
    new RestoreSpellingConfig();
}
