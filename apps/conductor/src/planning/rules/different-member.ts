import { ELIGIBLE, impossible } from '#eligibility';
import type { MemberRule } from './member-rule.js';

/** n backups of one database in one run stand on n members, and those after the first read passive copies. */
export const differentMember: MemberRule = {
  name: 'different-member',
  liftedBy: 'databaseChange',
  byPolicy: false,
  check: ({ question, copy }) => {
    if (question.takenMembers.has(copy.member))
      return impossible('it does another backup of this database in this run');
    if (question.copyNumber > 1 && copy.role === 'active') {
      return impossible('further backups of one database in a run read passive copies only');
    }
    return ELIGIBLE;
  },
};
