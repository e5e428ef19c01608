/** Between two looks at what is shown; longer where a look takes long. */
export const LOOK_EVERY_MS = 1_000;
/** The overview is looked at so many times more after its last viewer left, for the one who only reloads the page. */
export const IDLE_LOOKS_MAX = 10;
/** A run's channel is kept this long after its last viewer left, for the one who only reloads the page. */
export const RUN_LINGER_MS = 60_000;
/** Keeps connections open through proxies. */
export const BEAT_EVERY_MS = 15_000;
/** Streams open at once, over all views. */
export const VIEWERS_MAX = 500;
/** Entries of a run's history that a live view carries, the newest; older ones are in `dagctl run show --history`. */
export const LOG_SHOWN_MAX = 5_000;
/** Ages are measured anew with each look; moments that differ by less than this are the same. */
export const SAME_MOMENT_MS = 1_500;
/** Runs in the overview, the latest. */
export const RUNS_SHOWN = 50;
/** What is kept of a channel's past for viewers that come back: as many events, and as many bytes of them. */
export const PAST_EVENTS_MAX = 500;
export const PAST_BYTES_MAX = 8_000_000;
/** A viewer that has this much unread is cut off; it comes back by itself and starts from a snapshot. */
export const VIEWER_BACKLOG_MAX_BYTES = 2_000_000;
