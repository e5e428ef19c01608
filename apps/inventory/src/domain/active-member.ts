import { activeMemberIn, copyOf, type Sighting } from './sightings.js';
import type { KnownDatabase, LastMove } from './state.js';

export interface ActiveMember {
  readonly member: string | null;
  /** False: nobody says where the active copy is now; the member is the last one known. */
  readonly isSeen: boolean;
}

/**
 * For so long after a move that somebody saw, reports may still tell of the time before it: a member reads Exchange, and
 * sends what it read seconds later. Until then only somebody who sees another move is believed.
 */
export const MOVE_SETTLES_MS = 10_000;

/**
 * Where the active copy is. While a move that somebody saw is settling, where it went; then the member that itself says
 * that it holds it, mounted, the newest one if several say so; then the newest view of anybody; then what was last known.
 */
export function activeMemberOf(
  sightings: readonly Sighting[],
  known: KnownDatabase | undefined,
  nowMs: number,
): ActiveMember {
  if (known?.lastMove && nowMs < settledAtMs(known.lastMove)) return { member: known.lastMove.toMember, isSeen: true };
  const claim = sightings.find((sighting) => claimsActive(sighting) && !isOutdated(sighting, known));
  const seen = claim ? claim.observer : firstBelief(sightings);
  return seen === null ? { member: known?.activeMember ?? null, isSeen: false } : { member: seen, isSeen: true };
}

/** A member that is silent may have lost the database since: its word on itself is then one view among others. */
function claimsActive({ observer, fresh, database }: Sighting): boolean {
  const own = copyOf(database, observer);
  return fresh && own !== undefined && own.active && own.status === 'Mounted';
}

/** Said before the database was seen to move elsewhere, or so soon after that it may have been read before. */
function isOutdated({ observer, receivedAtMs }: Sighting, known: KnownDatabase | undefined): boolean {
  if (!known?.lastMove) return false;
  return receivedAtMs < settledAtMs(known.lastMove) && observer !== known.lastMove.toMember;
}

function settledAtMs({ seenAtMs, isWitnessed }: LastMove): number {
  return isWitnessed ? seenAtMs + MOVE_SETTLES_MS : seenAtMs;
}

function firstBelief(sightings: readonly Sighting[]): string | null {
  for (const { database } of sightings) {
    const member = activeMemberIn(database);
    if (member !== null) return member;
  }
  return null;
}
