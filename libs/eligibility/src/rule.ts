import type { BackupType, CopyView, DatabaseView } from '#contracts';

/** What a rule may look at. Nothing else: rules are pure, and run alike in the planner and in an agent's last check. */
export interface CopyCandidate {
  readonly database: DatabaseView;
  readonly copy: CopyView;
  readonly backupType: BackupType;
  readonly queueLimits: QueueLimits;
}

/** The most logs that a passive copy may be behind; null: no limit. */
export interface QueueLimits {
  readonly copyQueueLogsMax: number | null;
  readonly replayQueueLogsMax: number | null;
}

export const NO_QUEUE_LIMITS: QueueLimits = { copyQueueLogsMax: null, replayQueueLogsMax: null };

/**
 * The change that could lift a refusal, so that what waits is woken by it and by nothing else. `databaseChange`: something is new of
 * the database or one of its copies. `memberChange`: of the member, or its agent is heard again. `freshLook`: it was looked at
 * again, though nothing may have changed. `drainEnd`: people let the member work again. `nothing`: the rule never says `waiting`.
 */
export type LiftedBy = 'databaseChange' | 'memberChange' | 'freshLook' | 'drainEnd' | 'nothing';

/**
 * `waiting`: some change may lift the refusal. `impossible`: nothing that this product waits for will.
 */
export type Verdict =
  | { readonly kind: 'eligible' }
  | { readonly kind: 'waiting' | 'impossible'; readonly reason: string };

/** One reason why a copy must not be backed up. The name is stable: people, tests and the API know the refusal by it. */
export interface EligibilityRule {
  readonly name: string;
  readonly liftedBy: LiftedBy;
  check(candidate: CopyCandidate): Verdict;
}

export const ELIGIBLE: Verdict = { kind: 'eligible' };

export function waiting(reason: string): Verdict {
  return { kind: 'waiting', reason };
}

export function impossible(reason: string): Verdict {
  return { kind: 'impossible', reason };
}
