/**
 * The protocol between an agent and its Exchange host: one JSON object a line, requests on stdin, answers and events on
 * stdout. In production the host is `exchange-host.ps1` in Windows PowerShell; the lab brings its own. Values come
 * as the host could read them (text, numbers, null), and the agent parses them: a host is the edge of the product.
 */
export const HOST_METHODS = ['hello', 'describeServer', 'listDatabases', 'getDatabase'] as const;
export type HostMethod = (typeof HOST_METHODS)[number];

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
}

/**
 * Result of `listDatabases` (an array: every database with a copy on this server, public folder and recovery ones too) and
 * of `getDatabase` with `{ guid }` (one, or null): Get-MailboxDatabase -Status joined with Get-MailboxDatabaseCopyStatus.
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
  /** Decimal text. */
  readonly sizeBytes: string | null;
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
}
