import type { BackupType, ClientView } from '#contracts';

export interface BackupJob {
  readonly attemptId: string;
  readonly databaseName: string;
  readonly backupType: BackupType;
  /** More than one copy: the backup belongs to the node name that all members of the DAG share. */
  readonly replicated: boolean;
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

export interface RunningBackup {
  readonly pid: number | null;
  /** Resolves exactly once and never rejects. */
  readonly exited: Promise<ClientExit>;
  kill(): void;
}

export interface ClientState {
  readonly client: ClientView;
  readonly warning: string | null;
}

/** The backup client of this member: one process for each database. */
export interface BackupClient {
  start(job: BackupJob, onProgress: (bytesDone: string) => void): RunningBackup;
  describe(): Promise<ClientState>;
}
