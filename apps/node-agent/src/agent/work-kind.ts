import type { Failure, LiveAttempt } from '#contracts';
import type { JournalRecord } from '../domain/journal-records.js';
import type { OrderInput } from '../domain/order-input.js';
import type { WorkMessage } from './outbox.js';

/** What every order to begin something says. */
export interface WorkOrder {
  readonly runId: string;
  readonly taskId: string;
  readonly epoch: number;
  readonly leaseMs: number;
}

export interface StopOrder {
  readonly reason: string;
}

/** One piece of work in hand; see {@link WorkActor}. */
export interface Work {
  readonly state: { readonly phase: { readonly name: string } };
  readonly isBusy: boolean;
  readonly isDone: boolean;
  readonly endedAt: string | null;
  live(): LiveAttempt | null;
  post(input: OrderInput): void;
  close(): void;
}

/** What conductors and people read of a kind of work. */
export interface WorkWords {
  readonly one: string;
  readonly several: string;
  /** What one is a try at, or a part of. */
  readonly whole: string;
  /** Types of failures. */
  readonly superseded: string;
  readonly stopOrdered: string;
  readonly unknown: string;
}

/** What the journal says was in hand. */
export interface InJournal<Stop, W> {
  readonly highestEpoch: number;
  /** Orders to stop what had not come, by its id. */
  readonly stops: Iterable<readonly [string, Stop]>;
  /** `goOn` does what the restart left to be done. */
  readonly works: readonly { readonly work: W; goOn(): void }[];
}

/** What is each kind's own where orders are taken. `Ref` names one piece of work; both orders are such names too. */
export interface WorkKind<Order extends WorkOrder & Ref, Stop extends StopOrder & Ref, Ref, W extends Work> {
  readonly words: WorkWords;
  /** As many are in hand at most, and listed in a heartbeat. */
  readonly liveMax: number;
  idOf(ref: Ref): string;
  /** The later of two orders of one task has the greater number. */
  numberOf(ref: Ref): number;
  orderOf(work: W): Order;
  inJournal(): InJournal<Stop, W>;
  begun(order: Order, giveUpAtMs: number): W;
  orderRecord(order: Order): JournalRecord;
  stopRecord(order: Stop): JournalRecord;
  stopOf(ref: Ref, reason: string): Stop;
  /** Whether only one of two orders of the same task may be in hand. */
  excludeEachOther(one: Order, other: Order): boolean;
  /** Whether a grant for one is left unused while the other is at work on this member. */
  waitsFor(one: Order, other: Order): boolean;
  /** The messages that say how a piece of work stands. */
  standingOf(work: W): readonly WorkMessage[];
  /** It was to be stopped before it was ordered. */
  stoppedUnbegun(ref: Ref, why: Failure): WorkMessage;
  unknown(ref: Ref, why: Failure): WorkMessage;
}
