import { ELIGIBLE, type EligibilityRule } from '../rule.js';
import { queueWithin } from './queue-length.js';

/** A copy that is behind with replay is busy with it, and its database file is old: a restore would replay all of that. */
export const replayQueue: EligibilityRule = {
  name: 'replay-queue',
  liftedBy: 'freshLook',
  check: ({ copy, queueLimits }) =>
    copy.role === 'active'
      ? ELIGIBLE
      : queueWithin(copy.replayQueueLength, queueLimits.replayQueueLogsMax, 'replayed into this copy'),
};
