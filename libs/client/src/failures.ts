import { FailureError } from '#contracts';

/** The conductor's answer about a run that it does not have (yet). */
export const RUN_UNKNOWN = 'run.unknown';

/** True where asking again may help: nobody answered in time, or the one who did said so. */
export function isPassing(error: unknown): error is FailureError {
  if (!(error instanceof FailureError)) return false;
  const { type, retryable } = error.failure;
  return retryable || type === 'query.timeout' || type === 'query.unroutable';
}

/** True for "no such run", whichever of the services' words for it is used. */
export function isRunUnknown(error: unknown): error is FailureError {
  return (
    error instanceof FailureError && (error.failure.type === RUN_UNKNOWN || error.failure.type === 'run.not-found')
  );
}
