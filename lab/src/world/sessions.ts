import type { BackupType } from '#contracts';
import { isAlive, processStarted } from './processes.js';
import type { DatabaseRow, SessionOutcome, SessionRow } from './rows.js';
import type { WorldStore } from './store.js';

/** Exchange's in-memory record of the backups in progress. One row a backup; a row without an end holds the database's lock. */

export function openSessionOf(store: WorldStore, guid: string): SessionRow | undefined {
  return store.one<SessionRow>('SELECT * FROM sessions WHERE database = ? AND endedAt IS NULL', guid);
}

export function openSessions(store: WorldStore): readonly SessionRow[] {
  return store.all<SessionRow>('SELECT * FROM sessions WHERE endedAt IS NULL');
}

export function sessionById(store: WorldStore, id: string): SessionRow | undefined {
  return store.one<SessionRow>('SELECT * FROM sessions WHERE id = ?', id);
}

/** The session whose snapshot is being made on a member; VSS makes one at a time (MS-WRITER). */
export function snapshotOn(store: WorldStore, member: string): SessionRow | undefined {
  return store
    .all<SessionRow>("SELECT * FROM sessions WHERE member = ? AND phase = 'snapshot' AND endedAt IS NULL", member)
    .find((session) => isAlive(session.pid, session.processStarted));
}

/** How many backups and restores move data on a member now. */
export function transfersOn(store: WorldStore, member: string): number {
  const { backups = 0, restores = 0 } =
    store.one<{ backups: number; restores: number }>(
      `SELECT (SELECT count(*) FROM sessions WHERE member = ? AND phase = 'transfer' AND endedAt IS NULL AND goneAt IS NULL) AS backups,
              (SELECT count(*) FROM restores WHERE member = ? AND endedAt IS NULL AND goneAt IS NULL) AS restores`,
      member,
      member,
    ) ?? {};
  return backups + restores;
}

/** What one of those that share the member's rate has of it now: its backups, its restores, and the reseeds that read from it. */
export function rateShareOn(store: WorldStore, member: string): number {
  const { name, rateBytesPerSecond } = store.member(member);
  return rateBytesPerSecond / Math.max(1, transfersOn(store, name) + seedsOn(store, name));
}

function seedsOn(store: WorldStore, member: string): number {
  const sql = "SELECT count(*) AS count FROM copies WHERE status = 'Seeding' AND seedSource = ?";
  return store.one<{ count: number }>(sql, member)?.count ?? 0;
}

export interface NewSession {
  readonly id: string;
  readonly database: DatabaseRow;
  readonly member: string;
  readonly type: BackupType;
  readonly firstLog: number;
  readonly generation: number;
  readonly now: number;
}

/** Takes the lock. The caller has checked, in the same transaction, that nobody holds it. */
export function insertSession(store: WorldStore, session: NewSession): SessionRow {
  store.run(
    `INSERT INTO sessions (id, database, member, type, phase, pid, processStarted, objectName, firstLog, generation, startedAt)
     VALUES (?, ?, ?, ?, 'snapshot', ?, ?, ?, ?, ?, ?)`,
    session.id,
    session.database.guid,
    session.member,
    session.type,
    process.pid,
    processStarted(process.pid),
    freeObjectName(store, session.now),
    session.firstLog,
    session.generation,
    session.now,
  );
  const row = sessionById(store, session.id);
  if (row === undefined) throw new Error(`the session ${session.id} is missing right after it was stored`);
  return row;
}

/** Object names are timestamps, `20160331073511` (IBM-SPS); two backups in one second take the next free second. */
function freeObjectName(store: WorldStore, now: number): string {
  for (let second = Math.floor(now / 1_000); ; second += 1) {
    const name = new Date(second * 1_000).toISOString().replace(/\D/g, '').slice(0, 14);
    if (store.one('SELECT 1 FROM sessions WHERE objectName = ?', name) === undefined) return name;
  }
}

/** False when the session was ended by someone else in the meantime: a move, a dismount. */
export function beginTransfer(store: WorldStore, id: string): boolean {
  return store.run("UPDATE sessions SET phase = 'transfer' WHERE id = ? AND endedAt IS NULL", id) === 1;
}

/** Releases the lock. False when it was released before. */
export function endSession(
  store: WorldStore,
  id: string,
  outcome: SessionOutcome,
  reason: string | null,
  now: number,
): boolean {
  return (
    store.run(
      "UPDATE sessions SET phase = 'ended', endedAt = ?, outcome = ?, reason = ? WHERE id = ? AND endedAt IS NULL",
      now,
      outcome,
      reason,
      id,
    ) === 1
  );
}

/** A move or dismount forgets the backup of the database, whatever copy it reads; the client finds out by itself (MS-WRITER). */
export function abortBackupOf(store: WorldStore, guid: string, reason: string, now: number): void {
  const session = openSessionOf(store, guid);
  if (session !== undefined) endSession(store, session.id, 'aborted', reason, now);
}

/** A dead or broken copy ends the backups that read it. */
export function abortBackupsFrom(store: WorldStore, member: string, reason: string, now: number, guid?: string): void {
  for (const session of openSessions(store)) {
    if (session.member === member && (guid === undefined || session.database === guid)) {
      endSession(store, session.id, 'aborted', reason, now);
    }
  }
}
