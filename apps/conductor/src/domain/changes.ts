import type { LiftedBy } from '#eligibility';
import { slotKey, type Slot } from './slots.js';

/**
 * The changes that can wake a blocked task, as keys: a rule that refuses names those that could lift its refusal, and whoever
 * sees such a change wakes the tasks that wait for it, and no others.
 */
export const change = {
  /** An attempt gave a slot back, or its limit was raised. */
  slot: (slot: Slot): string => `slot:${slotKey(slot)}`,
  /** The start gap of a member was made shorter. */
  gap: (member: string): string => `gap:${member}`,
  /** Something is new of a database or one of its copies. */
  database: (guid: string): string => `database:${guid}`,
  /** An attempt on a database ended, so Exchange's lock is free. */
  lock: (guid: string): string => `lock:${guid}`,
  /** Something is new of a member, or its agent is heard again. */
  member: (member: string): string => `member:${member}`,
  /** A member that was drained may work again. */
  drain: (member: string): string => `drain:${member}`,
  /** The whole picture was fetched anew. */
  picture: 'picture',
} as const;

const SLOT = 'slot:';
const GAP = 'gap:';

export function slotKeyIn(key: string): string | undefined {
  return key.startsWith(SLOT) ? key.slice(SLOT.length) : undefined;
}

export function gapMemberIn(key: string): string | undefined {
  return key.startsWith(GAP) ? key.slice(GAP.length) : undefined;
}

/** Told by the inventory: a new picture may bring any of them, also one whose own message was missed. */
export function isOfThePicture(key: string): boolean {
  return key === change.picture || key.startsWith('database:') || key.startsWith('member:');
}

/** What a rule declares, for one copy of one database. */
export function changeFor(liftedBy: LiftedBy, databaseGuid: string, member: string): readonly string[] {
  switch (liftedBy) {
    case 'databaseChange':
      return [change.database(databaseGuid)];
    case 'memberChange':
      return [change.member(member)];
    case 'freshLook':
      return [change.database(databaseGuid), change.picture];
    case 'drainEnd':
      return [change.drain(member)];
    case 'nothing':
      return [];
    default: {
      const unknown: never = liftedBy;
      throw new Error(`unknown change ${String(unknown)}`);
    }
  }
}

/** People decide how long such a wait lasts: it is bounded by the deadline of the run alone. */
export function waitsForPeople(liftedBy: readonly string[]): boolean {
  return liftedBy.some((key) => key.startsWith('drain:'));
}
