import type { Failure, ReportedDag, ReportedDatabase, VolumeView } from '#contracts';

/** The server as its own Exchange describes it, in the product's words. */
export interface ServerDescription {
  readonly name: string;
  readonly fqdn: string | null;
  readonly site: string | null;
  readonly version: string | null;
  readonly dag: ReportedDag | null;
  readonly volumes?: readonly VolumeView[];
}

export interface DatabaseList {
  readonly databases: readonly ReportedDatabase[];
  /** One entry for every database that could not be read; the others are not disturbed by it. */
  readonly warnings: readonly string[];
}

/** A hint that a database moved; the truth is read afterwards. */
export interface DatabaseMovedHint {
  readonly databaseGuid: string;
  readonly operationId?: string;
  readonly initiator?: string;
}

/** Exchange on this member, read. Every method rejects with {@link HostUnavailableError} when there is no usable answer. */
export interface ExchangeHost {
  describeServer(): Promise<ServerDescription>;
  listDatabases(): Promise<DatabaseList>;
  /** Null: Exchange knows no such database. */
  getDatabase(guid: string): Promise<ReportedDatabase | null>;
  onDatabaseMoved(listener: (hint: DatabaseMovedHint) => void): void;
}

/** There was no usable answer. The failure's type says what that means for a change: see {@link ExchangeChanges}. */
export class HostUnavailableError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'HostUnavailableError';
  }
}
