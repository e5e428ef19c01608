import { failure, type CopyStatus, type ReportedDatabase } from '#contracts';
import type { CopyIdentity, ExchangeChanges, NewDatabase } from '../src/ports/exchange-changes.js';
import { HostUnavailableError } from '../src/ports/exchange-host.js';

/** Where a fake host keeps its databases. */
export interface FakeDatabases {
  databases: ReportedDatabase[];
}

/** Makes each change at once, or not at all, or makes it and loses the answer: as the test says. */
export class FakeChanges implements ExchangeChanges {
  readonly asked: string[] = [];
  /** `refuse`: Exchange says no. `lose`: it is made, and nobody hears. `ignore`: it says yes, and nothing is seen of it. */
  manner: 'obey' | 'refuse' | 'lose' | 'ignore' | 'hang' = 'obey';

  constructor(private readonly host: FakeDatabases) {}

  suspendCopy({ databaseGuid, member }: CopyIdentity, comment: string): Promise<ReportedDatabase> {
    return this.make(`suspend ${member}`, databaseGuid, (database) => withCopy(database, member, 'Suspended', comment));
  }

  resumeCopy({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.make(`resume ${member}`, databaseGuid, (database) => withCopy(database, member, 'Healthy', null));
  }

  updateCopy({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.make(`update ${member}`, databaseGuid, (database) => withCopy(database, member, 'Seeding', null));
  }

  dismountDatabase(databaseGuid: string): Promise<ReportedDatabase> {
    return this.make('dismount', databaseGuid, (database) => ({ ...database, mounted: false }));
  }

  mountDatabase(databaseGuid: string): Promise<ReportedDatabase> {
    return this.make('mount', databaseGuid, (database) => ({ ...database, mounted: true }));
  }

  setAllowFileRestore(databaseGuid: string, allowed: boolean): Promise<ReportedDatabase> {
    return this.make(`allow ${allowed}`, databaseGuid, (database) => ({ ...database, allowFileRestore: allowed }));
  }

  createRecoveryDatabase(created: NewDatabase): Promise<ReportedDatabase> {
    return this.create(created, true);
  }

  createDatabase(created: NewDatabase): Promise<ReportedDatabase> {
    return this.create(created, false);
  }

  async removeDatabase(databaseGuid: string): Promise<void> {
    this.asked.push('remove');
    this.host.databases = this.host.databases.filter(({ guid }) => guid !== databaseGuid);
    await Promise.resolve();
  }

  moveActiveDatabase({ databaseGuid, member }: CopyIdentity): Promise<ReportedDatabase> {
    return this.make(`move to ${member}`, databaseGuid, (database) => ({
      ...database,
      activeMember: member,
      copies: database.copies.map((copy) => ({
        ...copy,
        active: copy.member === member,
        status: copy.member === member ? 'Mounted' : 'Healthy',
      })),
    }));
  }

  private create({ name, member }: NewDatabase, recovery: boolean): Promise<ReportedDatabase> {
    const [first] = this.host.databases;
    if (!first) throw new Error('a fake host needs one database to make others like it');
    const created = { ...first, guid: NEW_GUID, name, recovery, activeMember: member, mounted: false, copies: [] };
    this.asked.push(`create ${name}`);
    this.host.databases = [...this.host.databases, created];
    return Promise.resolve(created);
  }

  private make(
    what: string,
    guid: string,
    change: (database: ReportedDatabase) => ReportedDatabase,
  ): Promise<ReportedDatabase> {
    this.asked.push(what);
    const found = this.host.databases.find((database) => database.guid === guid);
    if (!found || this.manner === 'refuse') return Promise.reject(refused('host.failed'));
    if (this.manner === 'hang') return new Promise(() => undefined);
    const made = this.manner === 'ignore' ? found : change(found);
    this.host.databases = this.host.databases.map((database) => (database.guid === guid ? made : database));
    return this.manner === 'lose' ? Promise.reject(refused('host.timeout')) : Promise.resolve(made);
  }
}

export const NEW_GUID = '77777777-7777-4777-8777-777777777777';

export function withCopy(
  database: ReportedDatabase,
  member: string,
  status: CopyStatus,
  suspendComment: string | null,
): ReportedDatabase {
  return {
    ...database,
    copies: database.copies.map((copy) => (copy.member === member ? { ...copy, status, suspendComment } : copy)),
  };
}

function refused(type: string): HostUnavailableError {
  return new HostUnavailableError(failure(type, 'Exchange said no', { retryable: true }));
}
