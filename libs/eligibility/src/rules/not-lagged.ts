import { ELIGIBLE, impossible, waiting, type EligibilityRule } from '../rule.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A lagged copy gives old data and drags its whole log window along, however Healthy it says it is (reference section 3.3). */
export const notLagged: EligibilityRule = {
  name: 'not-lagged',
  liftedBy: 'databaseChange',
  check: ({ copy }) => {
    if (copy.role === 'active' || copy.replayLagMs === 0) return ELIGIBLE;
    if (copy.replayLagMs === null) return waiting('it is not known whether the copy is lagged');
    return impossible(`the copy is lagged by ${formatLag(copy.replayLagMs)}`);
  },
};

function formatLag(lagMs: number): string {
  return lagMs >= DAY_MS ? `${Math.round(lagMs / DAY_MS)} days` : `${Math.round(lagMs / 60_000)} minutes`;
}
