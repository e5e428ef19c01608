import { activeMounted } from './rules/active-mounted.js';
import { chainPresent } from './rules/chain-present.js';
import { circularLogging } from './rules/circular-logging.js';
import { copyQueue } from './rules/copy-queue.js';
import { copyStatus } from './rules/copy-status.js';
import { noBackupInProgress } from './rules/no-backup-in-progress.js';
import { notLagged } from './rules/not-lagged.js';
import { recoveryDatabase } from './rules/recovery-database.js';
import { replayQueue } from './rules/replay-queue.js';
import type { CopyCandidate, EligibilityRule, LiftedBy } from './rule.js';

export * from './backup-types.js';
export * from './rule.js';

/** Every rule about a copy itself, most final first: the first refusal is the one people read. */
export const COPY_RULES: readonly EligibilityRule[] = [
  recoveryDatabase,
  circularLogging,
  chainPresent,
  notLagged,
  activeMounted,
  copyStatus,
  copyQueue,
  replayQueue,
  noBackupInProgress,
];

export interface Refusal {
  readonly rule: string;
  readonly kind: 'waiting' | 'impossible';
  readonly reason: string;
  readonly liftedBy: LiftedBy;
}

/** The first rule that refuses the copy, or null: it may be backed up. */
export function refusalOf(candidate: CopyCandidate, rules: readonly EligibilityRule[] = COPY_RULES): Refusal | null {
  for (const rule of rules) {
    const verdict = rule.check(candidate);
    if (verdict.kind !== 'eligible') {
      return { rule: rule.name, kind: verdict.kind, reason: verdict.reason, liftedBy: rule.liftedBy };
    }
  }
  return null;
}
