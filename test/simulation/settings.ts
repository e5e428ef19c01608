import { RESTORE_SETTINGS } from '../../apps/conductor/src/restore/settings.js';
import type { Settings } from '../../apps/conductor/src/domain/settings.js';
import type { InventorySettings } from '../../apps/inventory/src/domain/state.js';
import type { AttemptLimits } from '../../apps/node-agent/src/domain/attempt.js';

/** The product's settings in a simulation: its defaults made shorter where a shorter wait shows the same behaviour sooner. */
export const CONDUCTOR: Settings = {
  parallelPerMember: 2,
  parallelInAll: null,
  parallelPerDag: null,
  parallelPerSite: null,
  parallelPerStorageServer: null,
  parallelPerVolume: 1,
  defaultWindow: null,
  startGapMs: 1_000,
  queueLimits: { copyQueueLogsMax: 100, replayQueueLogsMax: 500 },
  leaseMs: 10_000,
  leaseMarginMs: 2_000,
  dispatchTimeoutMs: 6_000,
  silentAfterMs: 7_000,
  waitLimitMs: 180_000,
  runDeadlineMs: 900_000,
  retryLimit: 3,
  backoffMs: 2_000,
  backoffMaxMs: 20_000,
  attemptLimit: 20,
  restore: { ...RESTORE_SETTINGS, healthyWaitMs: 120_000, stepBackoffMaxMs: 10_000 },
  observationMaxAgeMs: 120_000,
};
export const CONDUCTOR_TICK_MS = 500;

export const INVENTORY: InventorySettings = { silentAfterMs: 8_000, reportMaxAgeMs: 60_000 };

export const AGENT: AttemptLimits = {
  grantWaitMs: 60_000,
  attemptTimeoutMs: 300_000,
  proofWaitMs: 10_000,
  releaseWaitMs: 60_000,
  proof: 'required',
};

/** How long after the last fault every run must have ended, in virtual time: its deadline and the ends of its leases. */
export const DRAIN_MAX_MS = 1_200_000;
/** Events of one simulation; more means that something goes round in circles. */
export const STEPS_MAX = 400_000;
