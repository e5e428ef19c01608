import { failure } from '#contracts';
import { HostUnavailableError } from '../../../apps/node-agent/src/ports/exchange-host.js';

/** Exchange has answered with an error and is done with it. */
export function refused(message: string): HostUnavailableError {
  return new HostUnavailableError(failure('host.failed', message, { retryable: true }));
}
