import type { ConductorState } from '../domain/conductor.state.js';
import { restoresAtWork } from '../domain/indexes/restores-at-work.js';
import { slotKey, slotsOf, type Slot } from '../domain/slots.js';
import type { World } from '../domain/world.js';
import { memberOf, type RestoreTaskState } from './restore.state.js';

/**
 * What a restore on a member counts in: everything that a backup there does but the volume, whose limit is about reading. Worked out
 * anew each time, because the database may become active elsewhere in the middle of its restore.
 */
export function slotsOfRestore(task: RestoreTaskState, world: World): readonly Slot[] {
  const member = memberOf(task, world);
  return member === null ? [] : slotsOf(member, world.members.get(member), null);
}

/** Restores at work in each slot, by its key. */
export function restoresBySlot(state: ConductorState, world: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const task of restoresAtWork(state)) {
    for (const slot of slotsOfRestore(task, world)) counts.set(slotKey(slot), (counts.get(slotKey(slot)) ?? 0) + 1);
  }
  return counts;
}

/** Slots that one of them holds less than before. */
export function freedSlots(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): readonly string[] {
  return [...before].flatMap(([key, count]) => (count > (after.get(key) ?? 0) ? [key] : []));
}
