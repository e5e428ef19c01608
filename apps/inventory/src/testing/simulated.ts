import type { Change, Clock, InventoryStore, LogEntry, ServiceLog, StateOrders, Timers } from '../application/ports.js';
import { emptyState, type InventoryState } from '../domain/state.js';
import { START_MS } from './given.js';

/** A clock with timers that moves only when told to. */
export class SimulatedTime implements Clock, Timers {
  private atMs = START_MS;
  private timers: { readonly dueMs: number; readonly run: () => void }[] = [];

  nowMs(): number {
    return this.atMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.atMs + delayMs, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((each) => each !== timer);
    };
  }

  get waitingTimers(): number {
    return this.timers.length;
  }

  pass(elapsedMs: number): void {
    this.atMs += elapsedMs;
    const due = this.timers.filter(({ dueMs }) => dueMs <= this.atMs);
    this.timers = this.timers.filter((timer) => !due.includes(timer));
    for (const { run } of due) run();
  }
}

export class RecordedOrders implements StateOrders {
  readonly given: string[] = [];
  readonly unroutable = new Set<string>();
  failure: Error | undefined;

  async order(memberId: string): Promise<'routed' | 'unroutable'> {
    this.given.push(memberId);
    if (this.failure) throw this.failure;
    return this.unroutable.has(memberId) ? 'unroutable' : 'routed';
  }
}

export class RecordedLog implements ServiceLog {
  readonly events: string[] = [];

  log(entry: LogEntry): void {
    this.events.push(entry.event);
  }

  warn(entry: LogEntry): void {
    this.events.push(entry.event);
  }
}

/** Keeps everything in memory, and fails when told to. */
export class MemoryStore implements InventoryStore {
  readonly seen = new Set<string>();
  readonly changes: Change[] = [];
  /** Fails before anything is stored. */
  failure: Error | undefined;
  /** Fails when everything is stored: the answer got lost. */
  lostAnswer: Error | undefined;

  async load(nowMs: number): Promise<InventoryState> {
    const { records, databases, members } = this.changes.at(-1)?.after ?? emptyState(nowMs);
    return { ...emptyState(nowMs), records, databases, members };
  }

  async commit(change: Change): Promise<'committed' | 'seenBefore'> {
    if (this.failure) throw this.failure;
    if (change.messageId !== undefined && this.seen.has(change.messageId)) return 'seenBefore';
    if (change.messageId !== undefined) this.seen.add(change.messageId);
    this.changes.push(change);
    if (this.lostAnswer) throw this.lostAnswer;
    return 'committed';
  }
}

/** Lets everything that waits for nothing but its turn go on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
