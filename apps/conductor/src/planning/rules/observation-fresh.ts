import { ELIGIBLE, waiting } from '#eligibility';
import type { MemberRule } from './member-rule.js';

/** A copy whose state was already old when the inventory told of it is unknown, and unknown is not eligible. */
export const observationFresh: MemberRule = {
  name: 'observation-fresh',
  liftedBy: 'freshLook',
  byPolicy: false,
  check: ({ context, copy }) =>
    copy.ageMs <= context.observationMaxAgeMs
      ? ELIGIBLE
      : waiting(`its state was last seen ${Math.round(copy.ageMs / 1_000)} s before the inventory told of it`),
};
