import { FailureError, WAIT_STEPS } from '#contracts';
import { messageOf } from '../connection/log.js';
import type { Rejection } from './decode.js';
import { PermanentError } from './errors.js';

/** Tries of one delivery, in memory, with these waits between them: helps against a lock or a reconnect. */
export const IMMEDIATE_RETRY_DELAYS_MS: readonly number[] = [100, 500];

export type WaitStep = (typeof WAIT_STEPS)[number]['name'];

export type NextStep =
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'wait'; readonly step: WaitStep }
  | { readonly kind: 'park'; readonly rejection: Rejection };

/** What becomes of a message whose handler failed. `tries` counts this delivery's, `waits` its passes through the wait queues. */
export function afterFailure(error: unknown, tries: number, waits: number): NextStep {
  const permanent = permanentRejection(error);
  if (permanent) return { kind: 'park', rejection: permanent };
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
