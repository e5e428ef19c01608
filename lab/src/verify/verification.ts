export interface Verification {
  /** Stored backups, or copies, looked at. */
  readonly checked: number;
  /** In words; empty means that all of them are byte for byte what they must be. */
  readonly failures: readonly string[];
}
