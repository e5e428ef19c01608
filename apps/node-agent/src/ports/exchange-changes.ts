import type { ReportedDatabase } from '#contracts';

export interface CopyIdentity {
  readonly databaseGuid: string;
  /** Id of the member that holds the copy. */
  readonly member: string;
}

export interface NewDatabase {
  /** Unique in the Exchange organisation. */
  readonly name: string;
  readonly member: string;
  /** Null: where Exchange puts it by itself. */
  readonly edbPath: string | null;
  readonly logPath: string | null;
}

/**
 * What a restore changes in Exchange, from any member. Each change answers with the database as Exchange shows it right
 * after, so that a step is judged by what was read and not by the answer's coming. Nothing here is repeated or
 * checked: whoever asks reads first.
 *
 * Every method rejects with a HostUnavailableError. With the failure type `host.failed` Exchange has answered with an error and is
 * done with it; with any other the change may have happened, or may still go on. Either way only reading tells what is.
 */
export interface ExchangeChanges {
  /** The comment is how the suspension is found again after a crash. */
  suspendCopy(copy: CopyIdentity, comment: string): Promise<ReportedDatabase>;
  resumeCopy(copy: CopyIdentity): Promise<ReportedDatabase>;
  /** Begins to reseed a suspended copy, and does not wait for it: the copy is `Seeding` until it is not. Null: from the active copy. */
  updateCopy(copy: CopyIdentity, sourceMember: string | null): Promise<ReportedDatabase>;
  dismountDatabase(databaseGuid: string): Promise<ReportedDatabase>;
  mountDatabase(databaseGuid: string): Promise<ReportedDatabase>;
  setAllowFileRestore(databaseGuid: string, allowed: boolean): Promise<ReportedDatabase>;
  createRecoveryDatabase(database: NewDatabase): Promise<ReportedDatabase>;
  createDatabase(database: NewDatabase): Promise<ReportedDatabase>;
  /** Of a dismounted recovery database alone; its files stay on the disk. */
  removeDatabase(databaseGuid: string): Promise<void>;
  /** Begins to move the active copy, without loss of logs; the database is read until it is mounted there. */
  moveActiveDatabase(copy: CopyIdentity): Promise<ReportedDatabase>;
}
