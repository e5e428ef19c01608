import { failure, type ReportedDatabase } from '#contracts';
import type { ExchangeChanges } from '../../../apps/node-agent/src/ports/exchange-changes.js';
import { HostUnavailableError } from '../../../apps/node-agent/src/ports/exchange-host.js';

const refused = (): Promise<ReportedDatabase> =>
  Promise.reject(new HostUnavailableError(failure('host.failed', 'no change is simulated', { retryable: false })));

/** An Exchange that is only looked at. */
export class NoChanges implements ExchangeChanges {
  suspendCopy = refused;
  resumeCopy = refused;
  updateCopy = refused;
  dismountDatabase = refused;
  mountDatabase = refused;
  setAllowFileRestore = refused;
  createRecoveryDatabase = refused;
  createDatabase = refused;
  moveActiveDatabase = refused;

  async removeDatabase(): Promise<void> {
    await refused();
  }
}
