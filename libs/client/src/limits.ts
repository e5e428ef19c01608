/** Between two looks at a run. */
export const POLL_MS = 500;
/** Who looks again and again rests so many times as long as a look took: where looking costs much, or all are busy, it is done less often. */
export const REST_PER_LOOK = 9;
/** And no longer than this. */
export const REST_MAX_MS = 5_000;
/** How long watching goes on while nobody answers: a conductor that restarts or is replaced is back well before that. */
export const TROUBLE_LIMIT_MS = 10 * 60 * 1_000;
/** How long a request that was just sent may take to become a run. */
export const APPEAR_LIMIT_MS = 30_000;
/** One question's time; an answer later than this is as good as none. */
export const QUERY_TIMEOUT_MS = 5_000;
/** A plan waits for fresh reports of all members first, as a run does. */
export const PLAN_TIMEOUT_MS = 60_000;
/** First contact with the broker. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** Runs that a short reference such as `last` or a prefix is looked up in. */
export const REFERENCE_SEARCH_LIMIT = 500;
/** Entries of one run's history that are held at once. */
export const HISTORY_LIMIT = 100_000;
/** A preflight asks the inventory for a fresh snapshot and the catalogue before it answers. */
export const PREFLIGHT_TIMEOUT_MS = 60_000;
/** Backups that are held at once. */
export const BACKUPS_LIMIT = 1_000_000;
