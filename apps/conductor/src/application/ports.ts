import type { BackupView, InventorySnapshot } from '#contracts';
import type { OutgoingMessage } from '#messaging';
import type { LearnedRate, Throughput } from '../planning/assignment/index.js';
import type { MaintenanceEvent } from '../domain/maintenance/maintenance.events.js';
import type { ConductorEvent } from '../domain/conductor.events.js';

export interface Clock {
  /** For history and for people. */
  nowMs(): number;
}

/** One event with its place in its run's history and the run after it. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly event: ConductorEvent;
}

/** What the list of runs holds of a run of either kind. */
export interface RunRecord {
  readonly runId: string;
  readonly requestId: string;
  readonly requestedAtMs: number;
  readonly status: string;
  readonly version: number;
  /** It need not be loaded any more. */
  readonly isClosed: boolean;
}

/** A change of what is in force, with its place in the history of those. */
export interface RecordedMaintenance {
  readonly sequence: number;
  readonly event: MaintenanceEvent;
}

/** What one decision, or several made one after the other, leave behind: stored in one transaction, or not at all. */
export interface Commit {
  /** The messages that led here; they are marked as seen in the same transaction. None for timers. */
  readonly messageIds: readonly string[];
  readonly events: readonly RecordedEvent[];
  /** Every run the events touch, as it is after them. */
  readonly runs: readonly RunRecord[];
  readonly maintenance: readonly RecordedMaintenance[];
  readonly commands: readonly { readonly member: string; readonly message: OutgoingMessage }[];
  /** What was learned of members; stored over what was known before. */
  readonly learned: readonly LearnedRate[];
  /** `about`: facts about the same stay in order. */
  readonly facts: readonly { readonly about: string; readonly message: OutgoingMessage }[];
}

/** A run has moved on since the state that a decision was made from. Nothing was stored: load the state, and decide again. */
export class VersionConflict extends Error {
  constructor(expected: readonly string[]) {
    super(`nothing was stored: these places in the history are taken: ${expected.slice(0, 3).join(', ')}`);
    this.name = 'VersionConflict';
  }
}

export interface RunStore {
  /** The fencing epoch that this process acts under. Called once at start. */
  beginEpoch(): Promise<number>;
  /** Every event of every run that is not closed, run by run, in order. */
  loadUnfinished(): Promise<readonly ConductorEvent[]>;
  /** Every change of limits and drains, in order. */
  loadMaintenance(): Promise<readonly MaintenanceEvent[]>;
  /** False: one of the messages was handled before, and nothing was stored. Throws {@link VersionConflict}; after any other error it is unknown whether it was stored. */
  commit(commit: Commit): Promise<boolean>;
  loadThroughput(): Promise<Throughput>;
  runIdOf(requestId: string): Promise<string | undefined>;
  events(runId: string, afterSequence: number, limit: number): Promise<readonly RecordedEvent[]>;
  allEvents(runId: string): Promise<readonly ConductorEvent[]>;
  latestRunIds(limit: number): Promise<readonly string[]>;
}

export interface Inventory {
  snapshot(options: { maxAgeMs?: number; waitMs?: number }): Promise<InventorySnapshot>;
  /**
   * Every backup in the catalogue of these databases; of all of them where none is named. Clients whose listing is older than
   * `maxAgeMs` are asked first; default: those whose listing is not of the last minute.
   */
  backups(databases: readonly string[], maxAgeMs?: number): Promise<readonly BackupView[]>;
}

/** Is told what the conductor does, for whoever counts it. */
export interface Watch {
  /** Inputs are being decided and stored; what it gives back is called when that is over, well or not. */
  deciding(inputs: number): () => void;
  stored(events: readonly ConductorEvent[]): void;
  /** What a heartbeat was answered with. */
  leases(granted: number, refused: number): void;
}

export interface Log {
  log(entry: Readonly<Record<string, unknown>>): void;
  warn(entry: Readonly<Record<string, unknown>>): void;
  error(entry: Readonly<Record<string, unknown>>): void;
}
