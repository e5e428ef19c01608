import { ELIGIBLE, impossible } from '#eligibility';
import type { MemberRule } from './member-rule.js';

export const memberExcluded: MemberRule = {
  name: 'member-excluded',
  liftedBy: 'nothing',
  byPolicy: true,
  check: ({ question, copy }) =>
    question.excludeMembers.has(copy.member) ? impossible('the request excludes this member') : ELIGIBLE,
};
