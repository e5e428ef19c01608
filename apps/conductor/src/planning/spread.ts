import type { MemberView, Spread } from '#contracts';

/** What the backups of one database must not share beyond their member. */
export type SharedPlace = Exclude<Spread, 'member'>;

export const PLACE_WORDS: Readonly<Record<SharedPlace, string>> = { site: 'site', storageServer: 'storage server' };

/** Null: not known, and two places that are not known may be the same one. */
export function placeOf(place: SharedPlace, member: MemberView | undefined): string | null {
  return member?.[place] ?? null;
}
