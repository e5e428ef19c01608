import type { Bound } from './bound.js';
import { polish } from './polish.js';
import { Workload } from './workload.js';

/** What one unit of penalty counts where a limit binds, as a share of the bound: enough to decide among equals. */
const PENALTY_SHARE = 1e-7;
/** A limit that is worth less than this to the bound does not bind. */
const LIMIT_BINDS_MIN_SHARE = 0.01;

/**
 * Where a limit that several members share keeps the finish from being earlier, what counts is how much of its time is used: the same
 * plan with jobs moved to where they use less, every member still done by the finish. Undefined where no limit binds.
 */
export function sparingLimits(workload: Workload, { boundMs, prices, shares }: Bound): Workload | undefined {
  const { model } = workload;
  const members = model.memberIds.length;
  const priceOf = new Float64Array(members);
  let binds = false;
  for (const [index, limit] of model.limits.entries()) {
    if (shares[members + index] < LIMIT_BINDS_MIN_SHARE) continue;
    binds = true;
    for (const member of limit.members) priceOf[member] += prices[members + index];
  }
  if (!binds) return undefined;
  const costOf = model.optionMs.map(
    (ms, option) => priceOf[model.optionMember[option]] * ms + model.optionPenalty[option] * boundMs * PENALTY_SHARE,
  );
  const sparing = new Workload(model);
  sparing.restore(workload.save());
  polish(sparing, Math.max(boundMs, workload.finishMs()), costOf);
  return sparing;
}
