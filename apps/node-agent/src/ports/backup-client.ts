import type { BackupType, ClientView, ListedBackup, RestoreObject } from '#contracts';

export interface BackupJob {
  readonly attemptId: string;
  readonly databaseName: string;
  readonly backupType: BackupType;
  /** More than one copy: the backup belongs to the node name that all members of the DAG share. */
  readonly replicated: boolean;
}

/** One backup, put back. */
export interface RestoreJob {
  /** Unique everywhere; processes of it can be found again by it. */
  readonly jobId: string;
  readonly sourceDatabaseName: string;
  readonly object: RestoreObject;
  /** Over which database, or into which folder. */
  readonly into: { readonly database: string } | { readonly folder: string };
  /** Logs that are there already do not belong to what is restored. */
  readonly isFirst: boolean;
  /** After it the database is brought to a consistent state; before it, more logs come. */
  readonly isLast: boolean;
}

export interface ClientExit {
  /** Null: the process was killed, or never started. */
  readonly exitCode: number | null;
  /** Set when the program could not be started at all. */
  readonly startFailure?: string;
  readonly bytesDone: string;
  /** The last lines of its output; they explain, and decide nothing. */
  readonly lastLines: readonly string[];
}

export interface RunningClient {
  readonly pid: number | null;
  /** Resolves exactly once and never rejects. */
  readonly exited: Promise<ClientExit>;
  kill(): void;
}

export interface ClientState {
  readonly client: ClientView;
  readonly warning: string | null;
}

export type ClientListing =
  | {
      readonly kind: 'listed';
      readonly backups: readonly ListedBackup[];
      /** What of it could not be read; the rest stands. */
      readonly problem: string | null;
    }
  | { readonly kind: 'failed'; readonly problem: string };

/** The backup client of this member: one process for each database. */
export interface BackupClient {
  start(job: BackupJob, onProgress: (bytesDone: string) => void): RunningClient;
  restore(job: RestoreJob, onProgress: (bytesDone: string) => void): RunningClient;
  /** Ends processes of a restore that outlived the agent which started them. Resolves when none is left; rejects when that is not known. */
  endOrphans(jobId: string): Promise<void>;
  describe(): Promise<ClientState>;
  /** Every backup that the client knows of, whoever made it. Never rejects. */
  list(): Promise<ClientListing>;
}
