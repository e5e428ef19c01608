import { NotNowError, WorldError } from '../world/errors.js';

/** Why a request is not answered with a result, in the protocol's shape. */
export class RequestError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly retryable: boolean,
  ) {
    super(message);
  }
}

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly retryable: boolean;
}

export function describeError(error: unknown): DescribedError {
  if (error instanceof RequestError) return { type: error.type, message: error.message, retryable: error.retryable };
  if (error instanceof WorldError)
    return { type: 'exchange.refused', message: error.message, retryable: error instanceof NotNowError };
  return { type: 'host.failed', message: error instanceof Error ? error.message : String(error), retryable: true };
}
