import type { ReportedCopy, ReportedDatabase } from '#contracts';
import type { FreshRecords } from './freshness.js';
import type { InventoryState } from './state.js';

/** One member's view of one database. */
export interface Sighting {
  readonly observer: string;
  /** The observer's own report is recent and its agent alive. */
  readonly fresh: boolean;
  readonly receivedAtMs: number;
  readonly database: ReportedDatabase;
}

/** Every member's view of a database, newest first; equal times are put in the order of the names, so that equal input gives equal output. */
export function sightingsOf(state: InventoryState, fresh: FreshRecords, guid: string): readonly Sighting[] {
  const sightings: Sighting[] = [];
  for (const [observer, record] of state.records) {
    const observation = record.observations.get(guid);
    if (observation) sightings.push({ observer, fresh: fresh.has(observer), ...observation });
  }
  return sightings.toSorted((a, b) => b.receivedAtMs - a.receivedAtMs || a.observer.localeCompare(b.observer));
}

export function copyOf(database: ReportedDatabase, member: string): ReportedCopy | undefined {
  return database.copies.find((copy) => copy.member === member);
}

/** Where this member believes the active copy to be. */
export function activeMemberIn(database: ReportedDatabase): string | null {
  return database.activeMember ?? database.copies.find((copy) => copy.active)?.member ?? null;
}

/** The newest answer that is an answer. */
export function newestKnown<Value>(
  sightings: readonly Sighting[],
  read: (database: ReportedDatabase) => Value | null,
): Value | null {
  for (const { database } of sightings) {
    const value = read(database) ?? null;
    if (value !== null) return value;
  }
  return null;
}
