import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BackupType } from '#contracts';
import { incomingFolder, objectFolder, snapshotFolder } from './layout.js';
import { lineageIn, lineageText, lineageUpTo } from './lineage.js';
import type { DatabaseRow, SessionRow } from './rows.js';
import { endSession } from './sessions.js';
import { isActive } from './state.js';
import type { WorldStore } from './store.js';

/** The end of a backup: either all of it counts at once, or nothing of it stays. */

const HEADER_COLUMN: Readonly<Record<BackupType, string>> = {
  full: 'lastFullAt',
  incremental: 'lastIncrementalAt',
  differential: 'lastDifferentialAt',
  copy: 'lastCopyAt',
};

/**
 * Puts the received files in place, registers the backup, moves Exchange's last-backup header on, and releases the lock. False
 * when Exchange has forgotten the backup in the meantime: then nothing changes.
 */
export function registerBackup(store: WorldStore, session: SessionRow, bytes: number): boolean {
  return store.immediate(() => {
    const now = Date.now();
    if (!endSession(store, session.id, 'succeeded', null, now)) return false;
    const database = store.database(session.database);
    const target = objectFolder(store.directory, database.name, session.objectName);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(incomingFolder(store.directory, session.id), target);
    insertStored(store, session, database, bytes, now);
    moveHeader(store, session, database, now);
    return true;
  });
}

function insertStored(store: WorldStore, session: SessionRow, database: DatabaseRow, bytes: number, now: number): void {
  const copy = store.copy(database.guid, session.member);
  if (copy === undefined) throw new Error(`${session.member} holds no copy of ${database.name}, which it backed up`);
  store.run(
    `INSERT INTO storedBackups (objectName, sessionId, database, member, role, type, firstLog, generation, bytes, lineage,
       edbBytes, logPrefix, exchangeVersion, startedAt, endedAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    session.objectName,
    session.id,
    database.guid,
    session.member,
    isActive(copy, database) ? 'active' : 'passive',
    session.type,
    session.firstLog,
    session.generation,
    bytes,
    lineageText(lineageUpTo(lineageIn(copy.lineage), session.generation)),
    database.sizeBytes,
    database.logPrefix,
    store.member(session.member).version,
    session.startedAt,
    now,
  );
}

/** The active copy's header changes at once; the change is part of the next log, and passive copies learn of it from there (MS-TYPES). */
function moveHeader(store: WorldStore, session: SessionRow, database: DatabaseRow, now: number): void {
  store.run(
    `UPDATE databases SET ${HEADER_COLUMN[session.type]} = ?, nextGenerationAt = 0 WHERE guid = ?`,
    now,
    database.guid,
  );
  store.run(
    'INSERT INTO headers (database, type, at, coveredGeneration, visibleGeneration) VALUES (?, ?, ?, ?, ?)',
    database.guid,
    session.type,
    now,
    session.generation,
    database.generation + 1,
  );
}

/** Removes the snapshot and whatever is stored of a backup that was not registered. Safe to repeat. */
export function cleanSession(store: WorldStore, session: SessionRow): void {
  store.immediate(() => {
    const registered = store.one('SELECT 1 FROM storedBackups WHERE sessionId = ?', session.id) !== undefined;
    if (!registered) {
      const { name } = store.database(session.database);
      rmSync(objectFolder(store.directory, name, session.objectName), { recursive: true, force: true });
    }
    rmSync(incomingFolder(store.directory, session.id), { recursive: true, force: true });
    rmSync(snapshotFolder(store.directory, session.member, session.id), { recursive: true, force: true });
    store.run('UPDATE sessions SET cleaned = 1 WHERE id = ?', session.id);
  });
}
