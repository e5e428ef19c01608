import type { ReportedDatabase } from '#contracts';
import type {
  CopyIdentity,
  ExchangeChanges,
  NewDatabase,
} from '../../../apps/node-agent/src/ports/exchange-changes.js';
import type { SimDatabase } from './databases.js';
import type { SimExchange } from './exchange.js';
import type { SimProcess } from './process.js';
import { refused } from './refused.js';
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

  createRecoveryDatabase({ name, member }: NewDatabase): Promise<ReportedDatabase> {
    return this.answer(() => this.exchange.create(name, member, true));
  }

  createDatabase({ name, member }: NewDatabase): Promise<ReportedDatabase> {
    return this.answer(() => this.exchange.create(name, member, false));
  }

  async removeDatabase(databaseGuid: string): Promise<void> {
    await this.change(databaseGuid, (database) => this.exchange.remove(database));
  }

  private change(guid: string, effect: (database: SimDatabase) => void): Promise<ReportedDatabase> {
    return this.answer(() => {
      const database = this.exchange.databases.find((each) => each.guid === guid);
      if (!database) throw refused(`Exchange knows no database ${guid}`);
      effect(database);
      return database;
    });
  }

  private answer(effect: () => SimDatabase): Promise<ReportedDatabase> {
    try {
      const database = effect();
      return this.process.call(() => this.exchange.view(database), ANSWERS_WITHIN_MS);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
