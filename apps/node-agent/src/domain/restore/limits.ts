import type { RestoreStepKind } from '#contracts';
import type { StepLimits } from './work.js';

const MINUTE_MS = 60_000;

/** A switch of Exchange that is thrown at once, and seen after Active Directory has it. */
const SWITCH_MS = 5 * MINUTE_MS;
/** A mount replays logs first; a dismount waits for the store to write. */
const MOUNT_MS = 60 * MINUTE_MS;

/**
 * How long Exchange may take, after it said yes to a reseed, until it shows one. A seed that was cut off before anybody saw it leaves the copy
 * suspended as it was, and would be waited for as long as a seed may take.
 */
export const SEED_SHOWS_WITHIN_MS = 30_000;

/** How long a change of a step may take until Exchange shows it. */
export function limitMs(kind: RestoreStepKind, { attemptTimeoutMs }: StepLimits): number {
  switch (kind) {
    case 'readState':
    case 'suspendCopy':
    case 'resumeCopy':
    case 'allowFileRestore':
    case 'forbidFileRestore':
    case 'createDatabase':
    case 'createRecoveryDatabase':
    case 'removeRecoveryDatabase':
      return SWITCH_MS;
    case 'moveActive':
    case 'dismount':
    case 'mount':
      return MOUNT_MS;
    case 'restoreBackup':
    case 'restoreFiles':
    case 'reseedCopy':
      return attemptTimeoutMs;
    default: {
      const unknown: never = kind;
      throw new Error(`unknown step ${String(unknown)}`);
    }
  }
}
