export interface Timer {
  cancel(): void;
}

/** Time and randomness, so that the whole agent can run under a simulated clock. */
export interface Clock {
  /** Never goes back; leases and time limits are measured with it and with nothing else. */
  monotonicMs(): number;
  /** ISO-8601 with Z; for people and for the journal, never compared with another machine's. */
  utcNow(): string;
  setTimer(delayMs: number, fire: () => void): Timer;
  uuid(): string;
}
