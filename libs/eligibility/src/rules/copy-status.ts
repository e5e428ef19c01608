import type { CopyStatus } from '#contracts';
import { ELIGIBLE, waiting, type EligibilityRule } from '../rule.js';

/** Only these are safe sources; everything else, also a status we do not know, waits (reference section 1.2). */
const SOURCE_STATUS: Readonly<Record<'active' | 'passive', CopyStatus>> = { active: 'Mounted', passive: 'Healthy' };

export const copyStatus: EligibilityRule = {
  name: 'copy-status',
  liftedBy: 'databaseChange',
  check: ({ copy }) =>
    copy.status === SOURCE_STATUS[copy.role]
      ? ELIGIBLE
      : waiting(
          `the copy is ${copy.status}; ${copy.role === 'active' ? 'an active' : 'a passive'} copy must be ${SOURCE_STATUS[copy.role]}`,
        ),
};
