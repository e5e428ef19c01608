import type { Slot } from '../domain/slots.js';

/** A task at the head of a member's queue. */
export interface DispatchQuestion {
  readonly databaseGuid: string;
  readonly databaseName: string;
  readonly member: string;
  readonly memberName: string;
  /** What it would take. */
  readonly slots: readonly Slot[];
}

/** What is in use, and what is allowed, at this moment. */
export interface DispatchContext {
  readonly nowMs: number;
  /** Backups at work in it. */
  usedOf(slot: Slot): number;
  /** Restores at work in it, which share its limit. */
  restoresIn(slot: Slot): number;
  /** Null: no limit. */
  limitOf(slot: Slot): number | null;
  lastStartAtMs(member: string): number | null;
  startGapMs(member: string): number;
  /** Exchange's lock, as far as it is ours. */
  isLocked(databaseGuid: string): boolean;
  isBeingRestored(databaseGuid: string): boolean;
}

export type DispatchVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused';
      readonly reason: string;
      /** The changes that could lift it, as keys. */
      readonly liftedBy: readonly string[];
      /** When time alone lifts it. */
      readonly wakeAtMs: number | null;
    };

/** One reason why a task that has a place must not be sent yet. The name is stable: people, tests and the API know the block by it. */
export interface DispatchRule {
  readonly name: string;
  /** `member`: everything behind it in the queue would be refused as well. `task`: what stands behind may pass. */
  readonly holdsUp: 'member' | 'task';
  /** Part of every queue's ordinary life, and not told to people as an event. */
  readonly isOrdinary: boolean;
  check(question: DispatchQuestion, context: DispatchContext): DispatchVerdict;
}

export const ALLOWED: DispatchVerdict = { kind: 'allowed' };
