import { ELIGIBLE, waiting, type Verdict } from '../rule.js';

/** Longer than any queue that exists: Exchange says so of a copy whose state it cannot read. */
const READABLE_MAX_LOGS = 1_000_000_000n;

/**
 * Judges the length of one queue, in logs. A length is compared and nothing else: of a dead copy it is absurd. One that is not known is
 * no reason to refuse, as the status of the copy speaks for it: servers leave it out, and the active copy has none.
 */
export function queueWithin(length: string | null, maxLogs: number | null, what: string): Verdict {
  if (length === null || maxLogs === null) return ELIGIBLE;
  const logs = BigInt(length);
  if (logs > READABLE_MAX_LOGS) return waiting(`Exchange cannot say how many logs are still to be ${what}`);
  return logs > BigInt(maxLogs)
    ? waiting(`${logs} logs are still to be ${what}; no more than ${maxLogs} may be`)
    : ELIGIBLE;
}
