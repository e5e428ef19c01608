import type { BackupWindow } from '#contracts';
import type { QueueLimits } from '#eligibility';
import type { RestoreSettings } from '../restore/settings.js';

/** What an operator may set of the conductor's rules; times in milliseconds. */
export interface Settings {
  /** Live attempts on one member. */
  readonly parallelPerMember: number;
  /** Live attempts over everything, in one DAG, in one site, to one storage server, on one volume of a member; null: no limit. */
  readonly parallelInAll: number | null;
  readonly parallelPerDag: number | null;
  readonly parallelPerSite: number | null;
  readonly parallelPerStorageServer: number | null;
  readonly parallelPerVolume: number | null;
  /** Least time between two starts on one member: VSS serialises the snapshot phase (MS-WRITER). */
  readonly startGapMs: number;
  /** How long an agent may go on without contact. */
  readonly leaseMs: number;
  /** What the conductor waits beyond the lease, by its own clock. */
  readonly leaseMarginMs: number;
  /** An attempt that was not granted its first lease within this time after dispatch is withdrawn. */
  readonly dispatchTimeoutMs: number;
  /** A member not heard for this long gets no new work. */
  readonly silentAfterMs: number;
  /** How long a task may wait for a change that lets it go on, e.g. for its only member to return. */
  readonly waitLimitMs: number;
  /** Default overall deadline of a run. */
  readonly runDeadlineMs: number;
  /** Failures of the backup client that are tried again, per task. */
  readonly retryLimit: number;
  /** First wait before such a try; doubles with each, up to {@link backoffMaxMs}. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** Attempts of one task, whatever their reasons: failovers, too, must not go on for ever. */
  readonly attemptLimit: number;
  /** A copy whose state was older than this when the inventory told of it is unknown, and unknown is not eligible. */
  readonly observationMaxAgeMs: number;
  /** A passive copy that is further behind waits. */
  readonly queueLimits: QueueLimits;
  /** The window of requests that bring none of their own. */
  readonly defaultWindow: BackupWindow | null;
  readonly restore: RestoreSettings;
}

export function backoff(settings: Settings, tries: number): number {
  return Math.min(settings.backoffMs * 2 ** Math.max(0, tries - 1), settings.backoffMaxMs);
}
