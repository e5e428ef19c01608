import { FailureError, WAIT_STEPS } from '#contracts';
import { messageOf } from '../connection/log.js';
import type { Rejection } from './decode.js';
import { PermanentError } from './errors.js';

/** Tries of one delivery, in memory, with these waits between them: helps against a lock or a reconnect. */
export const IMMEDIATE_RETRY_DELAYS_MS: readonly number[] = [100, 500];

/**
 * While what a service itself needs is out of reach, its database for one, no message is at fault and each would fare alike. So the one in
 * hand is held and tried again: it stays at the head of its queue, and is handled at once when the outage is over. Below the
 * broker's time for an acknowledgement, 30 minutes.
 */
export const OUTAGE_HOLD_MAX_MS = 20 * 60 * 1_000;
export const OUTAGE_RETRY_MS = 500;

export type WaitStep = (typeof WAIT_STEPS)[number]['name'];

export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'wait'; readonly step: WaitStep }
  | { readonly kind: 'park'; readonly rejection: Rejection };

/**
 * What becomes of a message whose handler failed. `tries` counts this delivery's, `waits` its passes through the wait queues;
 * `outageHeldMs` is how long it has been in hand already where the service itself cannot work at present.
 */
export function afterFailure(error: unknown, tries: number, waits: number, outageHeldMs?: number): NextStep {
  const permanent = permanentRejection(error);
  if (permanent) return { kind: 'park', rejection: permanent };
  if (outageHeldMs !== undefined && outageHeldMs < OUTAGE_HOLD_MAX_MS)
    return { kind: 'retry', delayMs: OUTAGE_RETRY_MS };
  const delayMs = IMMEDIATE_RETRY_DELAYS_MS[tries - 1];
  if (delayMs !== undefined) return { kind: 'retry', delayMs };
  const step = WAIT_STEPS[waits];
  if (step) return { kind: 'wait', step: step.name };
  const message = `failed ${waits + 1} times, the last time with: ${messageOf(error)}`;
  return { kind: 'park', rejection: { park: 'error', reason: 'retries-exhausted', message, violations: [] } };
}

function permanentRejection(error: unknown): Rejection | undefined {
  if (error instanceof PermanentError) {
    return { park: 'error', reason: error.reason, message: error.message, violations: error.violations };
  }
  if (error instanceof FailureError && !error.failure.retryable) {
    return { park: 'error', reason: error.failure.type, message: error.failure.message, violations: [] };
  }
  return undefined;
}
