import type { JournalRecord } from '../domain/journal-records.js';

/** The agent's memory over a restart. A record is on disk when `append` resolves; it rejects when that is not certain. */
export interface Journal {
  append(record: JournalRecord): Promise<void>;
  /** What was there when the agent started, oldest first. */
  readonly records: readonly JournalRecord[];
  /** Drops what ended before the moment given (milliseconds since 1970, this machine's clock). */
  compact(endedBeforeMs: number): Promise<void>;
}
