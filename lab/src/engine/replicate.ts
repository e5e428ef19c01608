import { fractionOf } from '../world/content.js';
import { stoppedMembers } from '../world/reachable.js';
import type { CopyRow, DatabaseRow } from '../world/rows.js';
import { effectiveStatus } from '../world/state.js';
import type { WorldStore } from '../world/store.js';
import { replayLogs, writeLogs } from './files.js';
import { COPY_DELAY_MIN_MS, COPY_DELAY_SPREAD_MS, LOGS_PER_STEP_MAX } from './limits.js';
import { isUnderSnapshot } from './snapshots.js';

/** Ships logs to the passive copies, with a delay, and replays them. A lagged copy keeps them: its replay queue grows. */
export function replicateLogs(store: WorldStore, now: number): void {
  const isStopped = stoppedMembers(store);
  const behind = store.all<CopyRow>(
    `SELECT copies.* FROM copies JOIN databases ON databases.guid = copies.database
     WHERE databases.mounted = 1 AND copies.member <> databases.activeMember
       AND (copies.copied < databases.generation OR copies.replayed < copies.copied)
     ORDER BY databases.name, copies.preference`,
  );
  for (const copy of behind) {
    const database = store.database(copy.database);
    if (isStopped(database.activeMember) || effectiveStatus(copy, database, isStopped) !== 'Healthy') continue;
    if (copy.replayed < copy.copied && copy.replayLagMs === 0) replay(store, copy);
    if (copy.copied < database.generation) ship(store, database, copy, now);
  }
}

function ship(store: WorldStore, database: DatabaseRow, copy: CopyRow, now: number): void {
  if (copy.copyDueAt === null) {
    const delayMs =
      COPY_DELAY_MIN_MS + COPY_DELAY_SPREAD_MS * fractionOf(`ship:${copy.member}:${database.guid}:${copy.copied}`);
    store.run(
      'UPDATE copies SET copyDueAt = ? WHERE database = ? AND member = ?',
      now + Math.round(delayMs),
      database.guid,
      copy.member,
    );
  } else if (copy.copyDueAt <= now) {
    catchUp(store, database.guid, copy.member, 'copy');
  }
}

function replay(store: WorldStore, copy: CopyRow): void {
  catchUp(store, copy.database, copy.member, 'replay');
}

/** One bounded step of copying or replaying; everything is read again inside the transaction. */
function catchUp(store: WorldStore, guid: string, member: string, what: 'copy' | 'replay'): void {
  store.immediate(() => {
    const database = store.database(guid);
    const copy = store.copy(guid, member);
    if (copy === undefined || database.activeMember === member) return;
    if (what === 'copy') copyStep(store, database, copy);
    else if (!isUnderSnapshot(store, guid, member)) replayStep(store, database, copy);
  });
}

/** Both steps must run inside a transaction; the move of a database uses them too. */
export function copyStep(store: WorldStore, database: DatabaseRow, copy: CopyRow): void {
  const copied = Math.min(database.generation, copy.copied + LOGS_PER_STEP_MAX);
  writeLogs(store.directory, copy, database, copy.copied + 1, copied);
  store.run(
    'UPDATE copies SET copied = ?, copyDueAt = NULL WHERE database = ? AND member = ?',
    copied,
    copy.database,
    copy.member,
  );
}

export function replayStep(store: WorldStore, database: DatabaseRow, copy: CopyRow): void {
  const replayed = Math.min(copy.copied, copy.replayed + LOGS_PER_STEP_MAX);
  replayLogs(store.directory, copy, database, copy.replayed + 1, replayed);
  store.run('UPDATE copies SET replayed = ? WHERE database = ? AND member = ?', replayed, copy.database, copy.member);
}
