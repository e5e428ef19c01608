import { RESTORE_SPELLING, type RestoreSpelling } from '#contracts';

/** What an operator may set of restores; times in milliseconds. */
export interface RestoreSettings {
  /** Databases being restored at once on one member, reseeding not counted. */
  readonly restoresPerMember: number;
  /** Databases being restored at once from one storage server; a member that names none has one of its own. */
  readonly sessionsPerStorageServer: number;
  /** Copies being reseeded at once, over all runs. */
  readonly reseedsAtOnce: number;
  /** Copies being reseeded at once from, and onto, one member. */
  readonly reseedsPerMember: number;
  /** Failures of one step before the saga turns back or asks for a person. */
  readonly stepTriesMax: number;
  /** Ends of one step that say nothing of it: its agent was lost or restarted. */
  readonly stepLossesMax: number;
  readonly stepBackoffMs: number;
  readonly stepBackoffMaxMs: number;
  /** How often the state is read while it is waited for. */
  readonly lookEveryMs: number;
  /** How long reseeded copies may take to become Healthy. */
  readonly healthyWaitMs: number;
  /** A restore that has touched something and is not heard of for so long raises an alarm. */
  readonly alarmAfterMs: number;
  /** Estimate of what a backup client restores in a second, for the preflight. */
  readonly restoreBytesPerSecond: number;
  /** Of the commands that are shown to people. */
  readonly spelling: RestoreSpelling;
}

export const RESTORE_SETTINGS: RestoreSettings = {
  restoresPerMember: 1,
  sessionsPerStorageServer: 10,
  reseedsAtOnce: 8,
  reseedsPerMember: 1,
  stepTriesMax: 3,
  stepLossesMax: 10,
  stepBackoffMs: 2_000,
  stepBackoffMaxMs: 30_000,
  lookEveryMs: 5_000,
  healthyWaitMs: 15 * 60_000,
  alarmAfterMs: 30_000,
  restoreBytesPerSecond: 100_000_000,
  spelling: RESTORE_SPELLING,
};
