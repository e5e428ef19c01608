/** What is chosen above the list; times as the browser's field gives them, local and without a zone. */
export interface CatalogueFilter {
  readonly database: string | null;
  readonly member: string | null;
  readonly since: string;
  readonly until: string;
  /** A moment that something is to be restored to. */
  readonly at: string;
}

/** Where the list is asked for. Fresh: every backup client is asked first. */
export function cataloguePath(filter: CatalogueFilter, isFresh: boolean): string {
  const { database, member, since, until, at } = filter;
  const query = new URLSearchParams({
    ...(database === null ? {} : { database }),
    ...(member === null ? {} : { member }),
    ...(since === '' ? {} : { since: utcOf(since) }),
    ...(until === '' ? {} : { until: utcOf(until) }),
    ...(at === '' ? {} : { at: utcOf(at) }),
    ...(isFresh ? { maxAgeMs: '0' } : {}),
  }).toString();
  return query === '' ? '/catalogue' : `/catalogue?${query}`;
}

function utcOf(local: string): string {
  return new Date(local).toISOString();
}
