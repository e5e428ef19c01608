/**
 * The protocol between an agent and its Exchange host: one JSON object a line, requests on stdin, answers and events on
 * stdout. In production the host is `exchange-host.ps1` in Windows PowerShell; the lab brings its own. Values come
 * as the host could read them (text, numbers, null), and the agent parses them: a host is the edge of the product.
 *
 * A database is always named by its GUID and a copy by GUID and server: a cmdlet that is given nothing, or an identity that it
 * does not know, may act on every object of the organisation.
 */
export type HostReadMethod = 'hello' | 'describeServer' | 'listDatabases' | 'getDatabase';

export type HostChangeMethod = Exclude<HostMethod, HostReadMethod>;

export type HostMethod = keyof HostCalls;

interface HostCall<Params, Result> {
  readonly params: Params;
  readonly result: Result;
}

/**
 * What each method takes and answers. Every change answers with the database as Exchange shows it right after; a change that
 * goes on by itself (a reseed, a move) is followed by reading.
 */
export interface HostCalls {
  readonly hello: HostCall<NoParams, HostHello>;
  readonly describeServer: HostCall<NoParams, HostServer>;
  readonly listDatabases: HostCall<NoParams, readonly HostDatabase[]>;
  /** Null: Exchange knows no such database. */
  readonly getDatabase: HostCall<HostDatabaseIdentity, HostDatabase | null>;
  /** Suspend-MailboxDatabaseCopy. The comment is how a suspension is found again, and undone, after a crash. */
  readonly suspendCopy: HostCall<HostCopyIdentity & { readonly comment: string }, HostDatabase>;
  /** Resume-MailboxDatabaseCopy. A copy that no longer fits its active one becomes FailedAndSuspended instead of Healthy. */
  readonly resumeCopy: HostCall<HostCopyIdentity, HostDatabase>;
  /**
   * Update-MailboxDatabaseCopy -BeginSeed: begins to replace a suspended copy's files, and answers at once. The copy is
   * `Seeding` with {@link HostCopy.seedingPercent} until it goes on by itself. `sourceServer` null: Exchange's choice, the active copy.
   */
  readonly updateCopy: HostCall<HostCopyIdentity & { readonly sourceServer: string | null }, HostDatabase>;
  readonly dismountDatabase: HostCall<HostDatabaseIdentity, HostDatabase>;
  readonly mountDatabase: HostCall<HostDatabaseIdentity, HostDatabase>;
  readonly setAllowFileRestore: HostCall<HostDatabaseIdentity & { readonly allowed: boolean }, HostDatabase>;
  /** New-MailboxDatabase -Recovery. Nothing is mounted. */
  readonly createRecoveryDatabase: HostCall<HostNewDatabase, HostDatabase>;
  /** New-MailboxDatabase with one copy. Nothing is mounted. */
  readonly createDatabase: HostCall<HostNewDatabase, HostDatabase>;
  /** Remove-MailboxDatabase, of a dismounted recovery database alone; a host refuses every other. */
  readonly removeDatabase: HostCall<HostDatabaseIdentity, null>;
  /** Move-ActiveMailboxDatabase to the copy on `server`, lossless. */
  readonly moveActiveDatabase: HostCall<HostCopyIdentity, HostDatabase>;
}

export type HostParams<Method extends HostMethod> = HostCalls[Method]['params'];
export type HostResult<Method extends HostMethod> = HostCalls[Method]['result'];

export type NoParams = Readonly<Record<string, never>>;

export interface HostDatabaseIdentity {
  readonly guid: string;
}

/** The copy of a database on one server, in any spelling of the server's name. */
export interface HostCopyIdentity extends HostDatabaseIdentity {
  readonly server: string;
}

export interface HostNewDatabase {
  /** Unique in the Exchange organisation. */
  readonly name: string;
  readonly server: string;
  /** Null: where Exchange puts it by itself. */
  readonly edbPath: string | null;
  readonly logPath: string | null;
}

export interface HostRequest {
  readonly id: number;
  readonly method: HostMethod;
  readonly params: Readonly<Record<string, unknown>>;
}

export type HostResponse =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly error: { readonly type: string; readonly message: string; readonly retryable: boolean };
    };

/** What the host says without being asked. `databaseMoved` is a hint (HighAvailability/Operational event 308), polling is the truth. */
export interface HostEvent {
  readonly event: 'databaseMoved';
  readonly databaseGuid: string;
  readonly operationId?: string;
  /** Exchange's ActionInitiator and ActionCategory, as text. */
  readonly initiator?: string;
}

/** Result of `hello`: proof of life and protocol version. */
export interface HostHello {
  readonly protocol: 1;
  readonly host: string;
}

/** Result of `describeServer`: Get-MailboxServer, Get-ExchangeServer and Get-DatabaseAvailabilityGroup of this server. */
export interface HostServer {
  readonly name: string;
  readonly fqdn: string | null;
  readonly site: string | null;
  readonly version: string | null;
  readonly dag: { readonly name: string; readonly members: readonly string[] } | null;
  /** Volumes with a drive letter or a mount point. */
  readonly volumes: readonly HostVolume[];
}

export interface HostVolume {
  /** Where the volume is mounted: `D:\` or `C:\ExchangeVolumes\Vol1\`. */
  readonly path: string;
  /** Decimal text. */
  readonly freeBytes: string | null;
  readonly totalBytes: string | null;
}

/**
 * Result of `listDatabases` (an array: every database with a copy on this server, public folder and recovery ones too) and
 * of `getDatabase` (one, or null): Get-MailboxDatabase -Status joined with Get-MailboxDatabaseCopyStatus.
 */
export interface HostDatabase {
  readonly guid: string;
  readonly name: string;
  readonly recovery: boolean;
  readonly publicFolder: boolean;
  /** Server name of the active copy, in whatever form Exchange gave it. */
  readonly activeServer: string | null;
  readonly mounted: boolean | null;
  readonly backupInProgress: boolean | null;
  readonly circularLogging: boolean | null;
  readonly allowFileRestore: boolean | null;
  /** Equal on every server that holds a copy. */
  readonly edbPath: string | null;
  readonly logPath: string | null;
  /** Decimal text. */
  readonly sizeBytes: string | null;
  /** Decimal text: the log files on this server written since the last full or incremental backup. */
  readonly logBytes: string | null;
  readonly lastFullBackupUtc: string | null;
  readonly lastIncrementalBackupUtc: string | null;
  readonly lastDifferentialBackupUtc: string | null;
  readonly lastCopyBackupUtc: string | null;
  readonly copies: readonly HostCopy[];
}

export interface HostCopy {
  readonly server: string;
  readonly active: boolean;
  /** CopyStatus by name. */
  readonly status: string;
  readonly activationPreference: number | null;
  /** EnhancedTimeSpan as Exchange prints it: `7.00:00:00`. */
  readonly replayLag: string | null;
  readonly copyQueueLength: string | null;
  readonly replayQueueLength: string | null;
  readonly latestFullBackupUtc: string | null;
  readonly suspendComment: string | null;
  /** The volume of the database file, by whatever name is the same for all copies on it. */
  readonly volume: string | null;
  /** Only activation can be suspended too; then the copy is no failover target although it is Healthy. */
  readonly activationSuspended: boolean | null;
  /** Of a copy that is being seeded, 0 to 100; null when none runs or Exchange does not say. */
  readonly seedingPercent: number | null;
  /** Exchange's words on why the copy failed. */
  readonly errorMessage: string | null;
}
