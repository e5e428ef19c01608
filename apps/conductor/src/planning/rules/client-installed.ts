import { ELIGIBLE, impossible, waiting } from '#eligibility';
import type { MemberRule } from './member-rule.js';

export const clientInstalled: MemberRule = {
  name: 'client-installed',
  liftedBy: 'memberChange',
  byPolicy: false,
  check: ({ member }) => {
    if (!member || member.agent.state === 'never') return impossible('no agent has ever reported from this member');
    if (member.client.installed === true) return ELIGIBLE;
    return member.client.installed === false
      ? impossible('the backup client is not installed there')
      : waiting('it is not known whether the backup client is installed there');
  },
};
