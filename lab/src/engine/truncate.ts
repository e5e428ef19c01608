import { stoppedMembers } from '../world/reachable.js';
import type { CopyRow, DatabaseRow, HeaderRow } from '../world/rows.js';
import { openSessionOf } from '../world/sessions.js';
import { effectiveStatus } from '../world/state.js';
import type { WorldStore } from '../world/store.js';
import { removeLogs } from './files.js';
import { CHECKPOINT_DEPTH, LOGS_PER_STEP_MAX } from './limits.js';

/** Copies in these states may still need any log, so nothing is truncated (MS-MANAGE). */
const BLOCKING: readonly string[] = ['Suspended', 'Failed', 'FailedAndSuspended', 'Seeding', 'ServiceDown'];

/**
 * The last log that may go from a copy: backed up (or circular logging), replayed by every copy that is not lagged, inspected by
 * every lagged one, replayed here, and below the checkpoint (MS-MANAGE, MS-DR). 0 when none may.
 */
export function truncationLimit(
  database: DatabaseRow,
  copy: CopyRow,
  copies: readonly CopyRow[],
  headers: readonly HeaderRow[],
): number {
  const backedUp = headers
    .filter((header) => header.type === 'full' || header.type === 'incremental')
    .map((header) => header.coveredGeneration);
  const free = database.circularLogging === 1 ? database.generation : Math.max(0, ...backedUp);
  const followed = copies.map((each) =>
    each.replayLagMs > 0 && each.member !== database.activeMember ? each.copied : each.replayed,
  );
  return Math.max(0, Math.min(free, ...followed, copy.replayed - CHECKPOINT_DEPTH));
}

export function truncateLogs(store: WorldStore): void {
  const isStopped = stoppedMembers(store);
  const due = store.all<DatabaseRow>(
    `SELECT * FROM databases WHERE mounted = 1
       AND (circularLogging = 1 OR EXISTS (SELECT 1 FROM headers WHERE headers.database = databases.guid))`,
  );
  for (const { guid } of due) {
    store.immediate(() => {
      const database = store.database(guid);
      const copies = store.copiesOf(guid);
      if (database.mounted === 0 || openSessionOf(store, guid) !== undefined) return;
      if (copies.some((copy) => BLOCKING.includes(effectiveStatus(copy, database, isStopped)))) return;
      const headers = store.all<HeaderRow>('SELECT * FROM headers WHERE database = ?', guid);
      for (const copy of copies) {
        const limit = truncationLimit(database, copy, copies, headers);
        const last = Math.min(limit, copy.lowestLog + LOGS_PER_STEP_MAX - 1);
        if (last < copy.lowestLog) continue;
        removeLogs(store.directory, copy, database, copy.lowestLog, last);
        store.run('UPDATE copies SET lowestLog = ? WHERE database = ? AND member = ?', last + 1, guid, copy.member);
      }
    });
  }
}
