import { distance } from 'fastest-levenshtein';

/** Something asked of the lab that cannot be. The message is for a person and stands alone. */
export class WorldError extends Error {
  override readonly name: string = 'WorldError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** What cannot be now, and can be when something else has happened first. */
export class NotNowError extends WorldError {}

/** `no database "MBX1" in this lab; did you mean MBX01?` */
export function unknownName(what: 'database' | 'member', name: string, known: readonly string[]): WorldError {
  const byDistance = known
    .map((each) => ({ each, away: distance(each.toLowerCase(), name.toLowerCase()) }))
    .toSorted((left, right) => left.away - right.away);
  const nearest = byDistance[0]?.each;
  const hint = nearest === undefined ? `the lab has no ${what} at all` : `did you mean ${nearest}?`;
  return new WorldError([`no ${what} "${name}" in this lab; ${hint}`]);
}
