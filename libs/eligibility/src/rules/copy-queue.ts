import { ELIGIBLE, type EligibilityRule } from '../rule.js';
import { queueWithin } from './queue-length.js';

/** A copy that waits for logs of the active one would give old data, and a backup there delays it further. */
export const copyQueue: EligibilityRule = {
  name: 'copy-queue',
  liftedBy: 'freshLook',
  check: ({ copy, queueLimits }) =>
    copy.role === 'active'
      ? ELIGIBLE
      : queueWithin(copy.copyQueueLength, queueLimits.copyQueueLogsMax, 'copied to this copy'),
};
