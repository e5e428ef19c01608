import { failure, FailureError } from '#contracts';
import type { Transmission } from './properties.js';
import type { PublishOutcome } from './publisher.js';

/** A message that somebody waits for to be confirmed. */
export interface Entry {
  readonly transmission: Transmission;
  /** By the monotonic clock; then it is given up. */
  readonly deadline: number;
  readonly settle: (outcome: PublishOutcome | Error) => void;
  sentAt: number;
  wasSent: boolean;
  /** Times that the broker refused it. */
  nacks: number;
}

export function placeOf({ exchange, routingKey, options }: Transmission): string {
  return `message ${options.messageId} to ${exchange || 'the default exchange'} with key "${routingKey}"`;
}

export function failed(type: string, message: string, retryable: boolean): FailureError {
  return new FailureError(failure(type, message, { retryable }));
}
