import { processStarted } from './processes.js';
import type { CopyRow, RestoreKind, RestoreOutcome, RestoreRow } from './rows.js';
import type { WorldStore } from './store.js';

/** Restores in progress. An open row of kind `database` holds the target: nothing may mount it, back it up or restore it too. */

export function openRestoreOf(store: WorldStore, guid: string): RestoreRow | undefined {
  return store.one<RestoreRow>(
    "SELECT * FROM restores WHERE kind = 'database' AND target = ? AND endedAt IS NULL",
    guid,
  );
}

export function openRestores(store: WorldStore): readonly RestoreRow[] {
  return store.all<RestoreRow>('SELECT * FROM restores WHERE endedAt IS NULL');
}

export function restoreById(store: WorldStore, id: string): RestoreRow | undefined {
  return store.one<RestoreRow>('SELECT * FROM restores WHERE id = ?', id);
}

export interface NewRestore {
  readonly id: string;
  readonly kind: RestoreKind;
  /** GUID of the database, or the folder. */
  readonly target: string;
  readonly targetName: string;
  readonly objectName: string;
  readonly member: string;
  readonly now: number;
}

/** The caller has checked, in the same transaction, that the target is free. */
export function insertRestore(store: WorldStore, restore: NewRestore): void {
  store.run(
    `INSERT INTO restores (id, kind, target, targetName, objectName, member, pid, processStarted, startedAt)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    restore.id,
    restore.kind,
    restore.target,
    restore.targetName,
    restore.objectName,
    restore.member,
    process.pid,
    processStarted(process.pid),
    restore.now,
  );
}

/** False when it was ended before. What it has written so far stays as it is. */
export function endRestore(
  store: WorldStore,
  id: string,
  outcome: RestoreOutcome,
  reason: string | null,
  now: number,
): boolean {
  return (
    store.run(
      'UPDATE restores SET endedAt = ?, outcome = ?, reason = ? WHERE id = ? AND endedAt IS NULL',
      now,
      outcome,
      reason,
      id,
    ) === 1
  );
}

/** The database leaves the server that restores it, or that server dies. The client finds out by itself. */
export function abortRestoreOf(store: WorldStore, guid: string, reason: string, now: number): void {
  const restore = openRestoreOf(store, guid);
  if (restore !== undefined) endRestore(store, restore.id, 'aborted', reason, now);
}

export function abortRestoresOn(store: WorldStore, member: string, reason: string, now: number): void {
  for (const restore of openRestores(store)) {
    if (restore.member === member) endRestore(store, restore.id, 'aborted', reason, now);
  }
}

/** Marks a copy's files before the first byte of them is overwritten, so that whatever ends the writing, they are known for what they are. */
export function markIncomplete(store: WorldStore, copy: CopyRow): void {
  store.run(
    "UPDATE copies SET integrity = 'incomplete', restoreId = NULL WHERE database = ? AND member = ?",
    copy.database,
    copy.member,
  );
}
