import { ELIGIBLE, waiting } from '#eligibility';
import type { MemberRule } from './member-rule.js';

/** People took the member out of service: what can go elsewhere does, what cannot waits until they give it back. */
export const memberDrained: MemberRule = {
  name: 'member-drained',
  liftedBy: 'drainEnd',
  byPolicy: false,
  check: ({ context, copy }) => {
    const drain = context.drainOf(copy.member);
    if (!drain) return ELIGIBLE;
    const until = drain.deadlineAtMs === null ? '' : `, until about ${new Date(drain.deadlineAtMs).toISOString()}`;
    return waiting(`it is drained${until}: ${drain.reason}`);
  },
};
