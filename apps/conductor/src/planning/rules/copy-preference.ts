import { ELIGIBLE, impossible } from '#eligibility';
import type { MemberRule } from './member-rule.js';

/** The requester's word on active and passive copies. What is merely preferred is the choice's business, not eligibility's. */
export const copyPreference: MemberRule = {
  name: 'copy-preference',
  liftedBy: 'databaseChange',
  byPolicy: true,
  check: ({ question, copy }) => {
    if (question.copyPreference === 'passiveOnly' && copy.role === 'active') {
      return impossible('it is the active copy, and the request takes passive copies only');
    }
    if (question.copyPreference === 'activeOnly' && copy.role === 'passive') {
      return impossible('it is a passive copy, and the request takes active copies only');
    }
    return ELIGIBLE;
  },
};
