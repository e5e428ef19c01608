import type { WorldStore } from '../world/store.js';

/** While a backup client takes its snapshot of a copy nobody writes to the copy's files: Exchange freezes it (MS-WRITER). */
export function isUnderSnapshot(store: WorldStore, guid: string, member: string): boolean {
  return (
    store.one(
      "SELECT 1 FROM sessions WHERE database = ? AND member = ? AND phase = 'snapshot' AND endedAt IS NULL",
      guid,
      member,
    ) !== undefined
  );
}
