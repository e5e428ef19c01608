import { ELIGIBLE, waiting } from '#eligibility';
import type { MemberRule } from './member-rule.js';

export const agentAlive: MemberRule = {
  name: 'agent-alive',
  liftedBy: 'memberChange',
  byPolicy: false,
  check: ({ context, copy }) => (context.isAlive(copy.member) ? ELIGIBLE : waiting('its agent is silent')),
};
