/** How fast the lab's Exchange lives. */

export const TICK_MS = 250;
/** Each mounted database makes a log every so often. */
export const LOG_INTERVAL_MIN_MS = 1_000;
export const LOG_INTERVAL_SPREAD_MS = 2_000;
/** Big labs make logs more slowly, so that the whole lab stays at about this many a second. */
export const LOGS_PER_SECOND_MAX = 8;
export const COPY_DELAY_MIN_MS = 200;
export const COPY_DELAY_SPREAD_MS = 600;
/** Logs handled in one transaction; also how far a file can be beyond the recorded generation after a crash. */
export const LOGS_PER_STEP_MAX = 32;
/** For this long after the death of a backup client Exchange still says that a backup is in progress (reference 4.5). */
export const LINGER_MS = 3_000;
/** Logs kept below the last backed-up one: a backup needs those from the checkpoint on. */
export const CHECKPOINT_DEPTH = 4;
export const TICKS_PER_TRUNCATION = 8;
