import { copyFileSync, cpSync, constants } from 'node:fs';
import { edbFile, logFolder } from '../world/layout.js';
import { INITIALIZING_MS } from '../world/operations.js';
import { stoppedMembers } from '../world/reachable.js';
import type { CopyRow, DatabaseRow } from '../world/rows.js';
import { endSeed } from '../world/seeding.js';
import { rateShareOn } from '../world/sessions.js';
import { fitsActive, isActive } from '../world/state.js';
import type { WorldStore } from '../world/store.js';

/** Moves seeds on, each by its share of its source's rate, and finishes those whose bytes are all there. */
export function advanceSeeds(store: WorldStore, now: number): void {
  const seeding = store.all<CopyRow>("SELECT * FROM copies WHERE status = 'Seeding' AND seedSource IS NOT NULL");
  for (const { database, member } of seeding) store.immediate(() => advance(store, database, member, now));
}

function advance(store: WorldStore, guid: string, member: string, now: number): void {
  const copy = store.copy(guid, member);
  if (copy?.status !== 'Seeding' || copy.seedSource === null) return;
  const database = store.database(guid);
  const moved = Math.floor((rateShareOn(store, copy.seedSource) * Math.max(0, now - (copy.seedAt ?? now))) / 1_000);
  const seedBytes = Math.min(database.sizeBytes, (copy.seedBytes ?? 0) + moved);
  store.run(
    'UPDATE copies SET seedBytes = ?, seedAt = ? WHERE database = ? AND member = ?',
    seedBytes,
    now,
    guid,
    member,
  );
  if (seedBytes >= database.sizeBytes) finishSeed(store, database, copy, now);
}

/** The files of one moment: the source's own are written only inside the world's transactions. Then the copy goes on by itself. */
function finishSeed(store: WorldStore, database: DatabaseRow, copy: CopyRow, now: number): void {
  const source = store.copy(database.guid, copy.seedSource ?? '');
  if (source === undefined)
    throw new Error(`${database.name} is seeded from ${copy.seedSource ?? ''}, which holds no copy`);
  const { directory } = store;
  copyFileSync(
    edbFile(directory, source.member, database.name),
    edbFile(directory, copy.member, database.name),
    constants.COPYFILE_FICLONE,
  );
  cpSync(logFolder(directory, source.member, database.name), logFolder(directory, copy.member, database.name), {
    recursive: true,
  });
  store.run(
    `UPDATE copies SET lineage = ?, integrity = ?, copied = ?, replayed = ?, lowestLog = ?, copyDueAt = NULL,
       suspendComment = NULL, errorMessage = NULL WHERE database = ? AND member = ?`,
    source.lineage,
    source.integrity,
    source.copied,
    source.replayed,
    source.lowestLog,
    copy.database,
    copy.member,
  );
  endSeed(store, copy, 'Initializing', now + INITIALIZING_MS);
}

/** States in which nobody follows the active copy anyhow. */
const NOT_FOLLOWING: readonly string[] = ['Suspended', 'FailedAndSuspended', 'Failed', 'Seeding'];

/**
 * A passive copy that cannot follow its mounted active copy any more, because that was restored or because its own files are
 * half written, is FailedAndSuspended: only a reseed helps (MS-UPD).
 */
export function failDivergedCopies(store: WorldStore): void {
  const isStopped = stoppedMembers(store);
  // Only those that may have diverged are looked at closely: this runs all the time.
  const suspects = store.all<DatabaseRow>(
    `SELECT * FROM databases WHERE mounted = 1
       AND EXISTS (SELECT 1 FROM copies WHERE copies.database = databases.guid
                   GROUP BY copies.database HAVING count(DISTINCT lineage) > 1 OR sum(integrity = 'incomplete') > 0)`,
  );
  for (const database of suspects) {
    if (isStopped(database.activeMember)) continue;
    const copies = store.copiesOf(database.guid);
    const active = copies.find((copy) => isActive(copy, database));
    if (active === undefined) continue;
    for (const copy of copies) {
      if (copy === active || isStopped(copy.member) || NOT_FOLLOWING.includes(copy.status)) continue;
      if (fitsActive(copy, database, copies)) continue;
      store.run(
        `UPDATE copies SET status = 'FailedAndSuspended', statusDueAt = NULL, errorMessage = ?
         WHERE database = ? AND member = ? AND status = ?`,
        `The copy on ${copy.member} has diverged from the active copy on ${active.member}; it must be reseeded.`,
        database.guid,
        copy.member,
        copy.status,
      );
    }
  }
}
