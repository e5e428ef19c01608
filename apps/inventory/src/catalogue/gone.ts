import { isMadeBy } from './match.js';
import type { CatalogueState, Listing } from './state.js';

/** A listing that came this soon after the end of a backup may have been asked for before the backup was there. */
const LISTED_WITHIN_MS = 10 * 60 * 1_000;

/**
 * What a run made is forgotten when the client of the member that made it no longer lists it: it was deleted, or has expired.
 * A listing with lines that nobody could read proves nothing.
 */
export function gone(state: CatalogueState, listing: Listing, problem: string | null): CatalogueState {
  if (problem !== null) return state;
  const own = [...state.made.values()].filter(
    ({ memberId, heardAtMs }) => memberId === listing.memberId && heardAtMs + LISTED_WITHIN_MS < listing.confirmedAtMs,
  );
  const backups = [...listing.backups.values()];
  const expired = own.filter((made) => !backups.some((backup) => isMadeBy(backup, made)));
  if (expired.length === 0) return state;
  const made = new Map(state.made);
  for (const { attemptId } of expired) made.delete(attemptId);
  return { ...state, made };
}
