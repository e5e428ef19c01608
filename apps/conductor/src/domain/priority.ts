import type { BackupOrder } from './backup-order.js';

/** Waiting this long makes up for one step of priority. */
export const PRIORITY_STEP_MS = 15 * 60 * 1_000;
/** Work that was interrupted goes before work that was not begun, unless that has waited much longer. */
export const INTERRUPTED_STEPS = 10;

/**
 * Where a task stands in every queue; the smaller goes first. Priority moves it forward in time, and as time is what all are compared
 * by, it cannot starve: whatever is asked for later than the steps between two priorities are worth stands behind it for good.
 */
export function rankMs(requestedAtMs: number, priority: number, isInterrupted: boolean): number {
  return requestedAtMs - (priority + (isInterrupted ? INTERRUPTED_STEPS : 0)) * PRIORITY_STEP_MS;
}

/** The priority of one database in a request; of several entries for it, the last counts. */
export function priorityIn(
  { priority, databasePriorities }: Pick<BackupOrder, 'priority' | 'databasePriorities'>,
  { name, guid }: { readonly name: string; readonly guid: string },
): number {
  const names = new Set([name.toLowerCase(), guid.toLowerCase()]);
  return databasePriorities.findLast(({ database }) => names.has(database.toLowerCase()))?.priority ?? priority;
}
