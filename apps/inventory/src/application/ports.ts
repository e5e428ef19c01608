import type { InventoryFact } from '../domain/facts.js';
import type { InventoryState } from '../domain/state.js';

/** This machine's wall clock: ages go on over a restart. No other machine's clock is ever compared with it. */
export interface Clock {
  nowMs(): number;
}

export interface Timers {
  /** Returns what cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export interface Change {
  readonly before: InventoryState;
  readonly after: InventoryState;
  readonly facts: readonly InventoryFact[];
  readonly nowMs: number;
  /** The message that led to it; undefined where it was time. */
  readonly messageId?: string;
}

/** Keeps the inventory. One commit stores the state, the facts to send, and the mark that the message was seen, or none of them. */
export interface InventoryStore {
  load(nowMs: number): Promise<InventoryState>;
  /** `seenBefore`: the message was handled already, and nothing was stored. */
  commit(change: Change): Promise<'committed' | 'seenBefore'>;
}

/** Asks one agent to report now. */
export interface StateOrders {
  order(memberId: string, reason: string): Promise<'routed' | 'unroutable'>;
}

export interface ServiceLog {
  log(entry: LogEntry): void;
  warn(entry: LogEntry): void;
}

export interface LogEntry {
  readonly event: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}
