const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** One question of the doctor's; they are asked side by side. */
export const QUESTION_LIMIT_MS = 5 * SECOND_MS;
/** Looking at the exchanges and queues, which takes a round trip each. */
export const INSPECTION_LIMIT_MS = 5 * SECOND_MS;
/** The latest runs that are looked through for those at work. */
export const RUNS_LOOKED_AT = 50;
/** Runs at work that are asked for one by one. */
export const LIVE_RUNS_MAX = 10;

/** A backup younger than this is young enough, unless the one who asks says otherwise. */
export const BACKUP_AGE_MS = 48 * HOUR_MS;
/** Slower answers are worth a look. */
export const SLOW_ANSWER_MS = 2 * SECOND_MS;
/** Clocks that differ by less do no harm. */
export const CLOCK_TOLERANCE_MS = MINUTE_MS;
/** Agents report several times in this. */
export const REPORT_AGE_MS = 2 * MINUTE_MS;
/** More messages than this wait only where somebody does not keep up. */
export const QUEUE_WARNING_MESSAGES = 1_000;
/** Near the 100,000 at which the broker refuses more. */
export const QUEUE_PROBLEM_MESSAGES = 80_000;
/** A task that others are to lift waits longer than this only where something is to be looked at. */
export const TASK_WAIT_MS = 10 * MINUTE_MS;
/** A run is planned in seconds. */
export const COLLECTING_MS = MINUTE_MS;
/** Longer than agents take to end their clients and Exchange to say so. */
export const CANCELLING_MS = 15 * MINUTE_MS;
/** Findings of one check; the rest is counted. */
export const FINDINGS_PER_CHECK = 20;
/** Names in one sentence; the rest is counted. */
export const NAMES_MAX = 10;
