import { failure, type ReportedDatabase } from '#contracts';
import type { CopyIdentity, ExchangeChanges } from '../../../apps/node-agent/src/ports/exchange-changes.js';
import { HostUnavailableError } from '../../../apps/node-agent/src/ports/exchange-host.js';
import type { SimDatabase } from './databases.js';
import type { SimExchange } from './exchange.js';
import type { SimProcess } from './process.js';
import { SimRestores } from './restores.js';

const ANSWERS_WITHIN_MS = 300;

/**
 * Exchange's changes as one member's shell makes them: what is asked has its effect at once, in Exchange, and the answer takes its
 * time; an agent that dies or stands still meanwhile does not know what came of it.
 */
export class SimChanges implements ExchangeChanges {
  constructor(
    private readonly process: SimProcess,
    private readonly exchange: SimExchange,
    private readonly restores: SimRestores,
  ) {}

  suspendCopy({ databaseGuid, member }: CopyIdentity, comment: string): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => this.restores.suspend(database, member, comment));
  }

  resumeCopy({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => this.restores.resume(database, member));
  }

  updateCopy({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => this.restores.reseed(database, member));
  }

  dismountDatabase(databaseGuid: string): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => this.restores.dismount(database));
  }

  mountDatabase(databaseGuid: string): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => this.restores.mount(database));
  }

  setAllowFileRestore(databaseGuid: string, allowed: boolean): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => {
      database.allowFileRestore = allowed;
    });
  }

  moveActiveDatabase({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.change(databaseGuid, (database) => {
      if (!this.exchange.moveTo(database, member)) throw refused(`${database.name} cannot be activated on ${member}`);
    });
  }

  createRecoveryDatabase(): Promise<ReportedDatabase> {
    return Promise.reject(refused('no new databases are simulated'));
  }

  createDatabase(): Promise<ReportedDatabase> {
    return Promise.reject(refused('no new databases are simulated'));
  }

  removeDatabase(): Promise<void> {
    return Promise.reject(refused('no new databases are simulated'));
  }

  private change(guid: string, effect: (database: SimDatabase) => void): Promise<ReportedDatabase> {
    const database = this.exchange.databases.find((each) => each.guid === guid);
    if (!database) return Promise.reject(refused(`Exchange knows no database ${guid}`));
    try {
      effect(database);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    return this.process.call(() => this.exchange.view(database), ANSWERS_WITHIN_MS);
  }
}

/** Exchange has answered with an error and is done with it. */
export function refused(message: string): HostUnavailableError {
  return new HostUnavailableError(failure('host.failed', message, { retryable: true }));
}
