import type { CopyStatus } from '#contracts';
import { NotNowError, WorldError } from './errors.js';
import { forkAfter, lineageIn, lineageText } from './lineage.js';
import { stoppedMembers } from './reachable.js';
import { openRestoreOf } from './restores.js';
import type { CopyRow, DatabaseRow } from './rows.js';
import { abortSeeds } from './seeding.js';
import { abortBackupOf } from './sessions.js';
import type { WorldStore } from './store.js';

/** Mounting and dismounting, which act on the active copy. An administrator's dismount moves nothing (reference 5.1). */

export function dismount(store: WorldStore, database: string): void {
  store.immediate(() => {
    const row = store.database(database);
    requireNotMoving(row);
    abortBackupOf(store, row.guid, 'the database was dismounted', Date.now());
    abortSeeds(store, row.guid, null, 'the database was dismounted');
    store.run('UPDATE databases SET mounted = 0, mountWhenMemberStarts = 0 WHERE guid = ?', row.guid);
    setActiveStatus(store, row, 'Dismounted');
  });
}

export function mount(store: WorldStore, database: string): void {
  store.immediate(() => {
    const row = store.database(database);
    requireNotMoving(row);
    const problem = mountProblem(store, row);
    if (problem !== null) throw new NotNowError([`cannot mount ${row.name}: ${problem}`]);
    mountNow(store, row);
  });
}

function requireNotMoving(row: DatabaseRow): void {
  if (row.moveId !== null)
    throw new NotNowError([`${row.name} is moving to ${row.moveTo ?? 'another member'}; wait for it`]);
}

/** Why Exchange would not mount it, or null. */
export function mountProblem(store: WorldStore, database: DatabaseRow): string | null {
  const { activeMember, guid } = database;
  const copy = activeCopy(store, database);
  if (stoppedMembers(store)(activeMember)) return `its active copy is on ${activeMember}, which is stopped`;
  if (openRestoreOf(store, guid) !== undefined) return 'it is being restored';
  if (copy.integrity === 'incomplete')
    return `its files on ${activeMember} are half written: what overwrote them was cut off; restore it again`;
  if (copy.restoreId !== null && database.allowFileRestore === 0)
    return 'its files were restored and do not match its entry, and AllowFileRestore is not set';
  if (database.kind !== 'recovery') return null;
  const other = store
    .databases()
    .find((each) => each.kind === 'recovery' && each.mounted === 1 && each.activeMember === activeMember);
  return other === undefined || other.guid === guid
    ? null
    : `${other.name} is mounted on ${activeMember}, and a server mounts one recovery database at a time`;
}

/**
 * Must run inside a transaction, on a database that can be mounted. Restored files begin a future of their own: their
 * chain of backups is broken, and no other copy fits them any more. AllowFileRestore falls back (reference 2.8).
 */
export function mountNow(store: WorldStore, database: DatabaseRow): void {
  const { guid } = database;
  const copy = activeCopy(store, database);
  store.run(
    'UPDATE databases SET mounted = 1, mountWhenMemberStarts = 0, allowFileRestore = 0, nextGenerationAt = 0 WHERE guid = ?',
    guid,
  );
  setActiveStatus(store, database, 'Mounted');
  if (copy.restoreId === null) return;
  store.run('DELETE FROM headers WHERE database = ?', guid);
  store.run(
    `UPDATE databases SET lastFullAt = NULL, lastIncrementalAt = NULL, lastDifferentialAt = NULL, lastCopyAt = NULL
     WHERE guid = ?`,
    guid,
  );
  store.run(
    'UPDATE copies SET restoreId = NULL, lineage = ? WHERE database = ? AND member = ?',
    lineageText(forkAfter(lineageIn(copy.lineage), copy.replayed, `${guid}:${copy.restoreId}`)),
    guid,
    copy.member,
  );
}

/** Dismounts a database until its member starts again. Must run inside a transaction. */
export function strand(store: WorldStore, database: DatabaseRow): void {
  store.run('UPDATE databases SET mounted = 0, mountWhenMemberStarts = 1 WHERE guid = ?', database.guid);
  setActiveStatus(store, database, 'Dismounted');
}

export function activeCopy(store: WorldStore, database: DatabaseRow): CopyRow {
  const copy = store.copy(database.guid, database.activeMember);
  if (copy === undefined) throw new WorldError([`${database.name} has no copy on its active member`]);
  return copy;
}

function setActiveStatus(store: WorldStore, database: DatabaseRow, status: CopyStatus): void {
  store.run(
    'UPDATE copies SET status = ?, statusDueAt = NULL WHERE database = ? AND member = ?',
    status,
    database.guid,
    database.activeMember,
  );
}
