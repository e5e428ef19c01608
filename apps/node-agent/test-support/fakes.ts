import {
  type BackupListing,
  failure,
  type Heartbeat,
  type LeaseReply,
  type NodeReport,
  type ReportedDatabase,
  type DatabaseMoveObservation,
} from '#contracts';
import type { AttemptMessage } from '../src/domain/attempt-messages.js';
import type { StepMessage } from '../src/domain/restore/work.js';
import type { JournalRecord } from '../src/domain/journal-records.js';
import type {
  BackupClient,
  BackupJob,
  ClientExit,
  ClientListing,
  ClientState,
  RestoreJob,
  RunningClient,
} from '../src/ports/backup-client.js';
import {
  HostUnavailableError,
  type DatabaseList,
  type DatabaseMovedHint,
  type ExchangeHost,
  type ServerDescription,
} from '../src/ports/exchange-host.js';
import type { Heartbeats } from '../src/ports/heartbeats.js';
import type { Journal } from '../src/ports/journal.js';
import type { Results } from '../src/ports/results.js';

import { database } from './samples.js';

export class FakeHost implements ExchangeHost {
  databases: ReportedDatabase[] = [database()];
  isDown = false;
  private listener: ((hint: DatabaseMovedHint) => void) | null = null;

  set(changes: Partial<ReportedDatabase>): void {
    this.databases = [database({ ...this.databases[0], ...changes })];
  }

  hint(hint: DatabaseMovedHint): void {
    this.listener?.(hint);
  }

  describeServer(): Promise<ServerDescription> {
    if (this.isDown) return Promise.reject(down());
    return Promise.resolve({
      name: 'EX01',
      fqdn: 'EX01.contoso.local',
      site: 'Site1',
      version: '15.2',
      dag: { name: 'DAG1', members: ['EX01', 'EX02'] },
    });
  }

  listDatabases(): Promise<DatabaseList> {
    return this.isDown ? Promise.reject(down()) : Promise.resolve({ databases: this.databases, warnings: [] });
  }

  getDatabase(guid: string): Promise<ReportedDatabase | null> {
    return this.isDown
      ? Promise.reject(down())
      : Promise.resolve(this.databases.find((each) => each.guid === guid) ?? null);
  }

  onDatabaseMoved(listener: (hint: DatabaseMovedHint) => void): void {
    this.listener = listener;
  }
}

function down(): HostUnavailableError {
  return new HostUnavailableError(failure('host.unavailable', 'the host is down', { retryable: true }));
}

/** A client whose processes the test ends; a kill ends one at once, unless it is made to resist. */
export class FakeClient implements BackupClient {
  readonly started: BackupJob[] = [];
  readonly killed: string[] = [];
  resistsKill = false;
  private readonly endings = new Map<string, (exit: ClientExit) => void>();
  private readonly progress = new Map<string, (bytes: string) => void>();

  start(job: BackupJob, onProgress: (bytesDone: string) => void): RunningClient {
    this.started.push(job);
    this.progress.set(job.attemptId, onProgress);
    const exited = new Promise<ClientExit>((resolve) => this.endings.set(job.attemptId, resolve));
    return {
      pid: 4_000 + this.started.length,
      exited,
      kill: () => {
        this.killed.push(job.attemptId);
        if (!this.resistsKill) this.end(job.attemptId, { exitCode: null });
      },
    };
  }

  readonly restores: RestoreJob[] = [];
  /** Processes that outlived an agent; null: they cannot be listed. */
  orphans: string[] | null = [];

  restore(job: RestoreJob, onProgress: (bytesDone: string) => void): RunningClient {
    this.restores.push(job);
    const { jobId: attemptId, sourceDatabaseName: databaseName } = job;
    return this.start({ attemptId, databaseName, backupType: job.object.backupType, replicated: true }, onProgress);
  }

  endOrphans(jobId: string): Promise<void> {
    if (this.orphans === null) return Promise.reject(new Error('no list of processes'));
    this.orphans = this.orphans.filter((each) => each !== jobId);
    return Promise.resolve();
  }

  tell(attemptId: string, bytes: string): void {
    this.progress.get(attemptId)?.(bytes);
  }

  end(attemptId: string, exit: Partial<ClientExit>): void {
    this.endings.get(attemptId)?.({ exitCode: 0, bytesDone: '1000', lastLines: [], ...exit });
  }

  listing: ClientListing = { kind: 'listed', backups: [], problem: null };
  lists = 0;

  list(): Promise<ClientListing> {
    this.lists += 1;
    return Promise.resolve(this.listing);
  }

  describe(): Promise<ClientState> {
    return Promise.resolve({ client: { installed: true, version: '8.1.0' }, warning: null });
  }
}

export class MemoryJournal implements Journal {
  readonly written: JournalRecord[];
  isFull = false;

  constructor(readonly records: readonly JournalRecord[] = []) {
    this.written = [...records];
  }

  append(record: JournalRecord): Promise<void> {
    if (this.isFull) return Promise.reject(new Error('no space left on device'));
    // Through text, as a file would: what a record cannot carry over a restart is lost here too.
    const parsed: JournalRecord = JSON.parse(JSON.stringify(record));
    this.written.push(parsed);
    return Promise.resolve();
  }

  compact(): Promise<void> {
    return Promise.resolve();
  }
}

export class FakeResults implements Results {
  readonly attempts: AttemptMessage[] = [];
  readonly steps: StepMessage[] = [];
  readonly reports: NodeReport[] = [];
  readonly moves: DatabaseMoveObservation[] = [];
  readonly listings: BackupListing[] = [];
  isDown = false;

  attempt(message: AttemptMessage): Promise<void> {
    return this.take(() => this.attempts.push(message));
  }

  step(message: StepMessage): Promise<void> {
    return this.take(() => this.steps.push(message));
  }

  report(report: NodeReport): Promise<void> {
    return this.take(() => this.reports.push(report));
  }

  backups(listing: BackupListing): Promise<void> {
    return this.take(() => this.listings.push(listing));
  }

  moved(observation: DatabaseMoveObservation): Promise<void> {
    return this.take(() => this.moves.push(observation));
  }

  private take(note: () => unknown): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('the broker is away'));
    note();
    return Promise.resolve();
  }
}

/** Answers heartbeats as a conductor would, with the verdicts that the test sets. */
export class FakeConductor implements Heartbeats {
  readonly received: Heartbeat[] = [];
  readonly verdicts = new Map<string, 'granted' | 'stale'>();
  isSilent = false;
  epoch = 1;

  send(heartbeat: Heartbeat): Promise<LeaseReply> {
    this.received.push(heartbeat);
    return this.isSilent ? Promise.reject(new Error('query.timeout')) : Promise.resolve(this.answer(heartbeat));
  }

  answer(heartbeat: Heartbeat): LeaseReply {
    const grants = heartbeat.attempts.flatMap(({ attemptId }) => {
      const verdict = this.verdicts.get(attemptId);
      return verdict ? [{ attemptId, verdict }] : [];
    });
    return { sequence: heartbeat.sequence, epoch: this.epoch, grants };
  }
}
