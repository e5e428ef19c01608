/**
 * What a scheduler gets from `dagctl … --wait`; aligned with the Storage Protect client's own 0/4/8/12 (design section 10,
 * reference section 6).
 */
export const ExitCode = {
  done: 0,
  /** The command line or the request itself is wrong; nothing was started. */
  usage: 2,
  /** The plan that was to be carried out does not fit any more: the topology has changed since; nothing was started. */
  planOutdated: 3,
  /** Done; some databases were left out by policy. */
  skippedByPolicy: 4,
  /** A stored decision, made again, comes out differently. */
  decidedOtherwise: 5,
  /** Done with warnings, e.g. fewer copies than wanted. */
  warnings: 8,
  /** At least one database failed, or the run could not start. */
  failed: 12,
  cancelled: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
