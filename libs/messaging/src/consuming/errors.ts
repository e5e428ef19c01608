/**
 * Thrown by a handler for a message that no retry can help: it is parked at once, with the reason and the violations in its headers.
 * Throwing a FailureError parks too when its failure is not retryable.
 */
export class PermanentError extends Error {
  constructor(
    /** Short and stable, like `unknown-run`; people filter parked messages by it. */
    readonly reason: string,
    readonly violations: readonly string[] = [],
    message: string = violations.length > 0 ? `${reason}: ${violations.join('; ')}` : reason,
  ) {
    super(message);
    this.name = 'PermanentError';
  }
}
