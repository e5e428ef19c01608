import { mkdirSync, rmSync } from 'node:fs';
import { NotNowError, WorldError } from './errors.js';
import { copyFolder, logFolder } from './layout.js';
import { stoppedMembers } from './reachable.js';
import { markIncomplete } from './restores.js';
import type { CopyRow, DatabaseRow } from './rows.js';
import { abortBackupsFrom, openSessionOf } from './sessions.js';
import { effectiveStatus, isActive } from './state.js';
import type { WorldStore } from './store.js';

/** Reseeding: a passive copy's files are thrown away and copied anew. The engine moves the bytes; here it begins and is given up. */

const SEEDABLE: readonly string[] = ['Suspended', 'FailedAndSuspended'];

/** Null: from the active copy. Must run inside a transaction. */
export function beginSeed(store: WorldStore, guid: string, member: string, source: string | null): void {
  const database = store.database(guid);
  const copy = passiveCopy(store, database, member);
  const from = store.copy(guid, source ?? database.activeMember);
  if (from === undefined) throw new WorldError([`${database.name} has no copy on ${source ?? ''} to seed from`]);
  const problem = problemWithSeed(store, database, copy, from);
  if (problem !== null) throw new NotNowError([`cannot seed ${database.name} on ${member}: ${problem}`]);
  rmSync(copyFolder(store.directory, member, database.name), { recursive: true, force: true });
  mkdirSync(logFolder(store.directory, member, database.name), { recursive: true });
  markIncomplete(store, copy);
  store.run(
    `UPDATE copies SET status = 'Seeding', statusDueAt = NULL, errorMessage = NULL, seedSource = ?, seedBytes = 0, seedAt = NULL
     WHERE database = ? AND member = ?`,
    from.member,
    guid,
    member,
  );
  if (isActive(from, database)) return;
  store.run("UPDATE copies SET status = 'SeedingSource' WHERE database = ? AND member = ?", guid, from.member);
}

function problemWithSeed(store: WorldStore, database: DatabaseRow, copy: CopyRow, from: CopyRow): string | null {
  const isStopped = stoppedMembers(store);
  if (isStopped(copy.member)) return `${copy.member} does not answer`;
  if (!SEEDABLE.includes(copy.status))
    return `the copy there is ${copy.status}, and only a suspended one can be seeded`;
  if (database.mounted === 0 || isStopped(database.activeMember)) return 'the database is not mounted';
  if (openSessionOf(store, database.guid)?.member === from.member)
    return `a backup is reading the copy on ${from.member}, the source`;
  const status = effectiveStatus(from, database, isStopped);
  if (from.member === copy.member || !['Mounted', 'Healthy', 'SeedingSource'].includes(status))
    return `the copy on ${from.member} is ${status} and no source`;
  return null;
}

export function passiveCopy(store: WorldStore, database: DatabaseRow, member: string): CopyRow {
  const copy = store.copy(database.guid, member);
  if (copy === undefined) throw new WorldError([`${database.name} has no copy on ${member}`]);
  if (isActive(copy, database)) throw new WorldError([`the copy of ${database.name} on ${member} is the active one`]);
  return copy;
}

export function seedsFrom(store: WorldStore, guid: string, member: string): readonly CopyRow[] {
  return store.all<CopyRow>(
    "SELECT * FROM copies WHERE database = ? AND seedSource = ? AND status = 'Seeding'",
    guid,
    member,
  );
}

/** Gives up every seed of a database that one of the members takes part in; null means whoever takes part. */
export function abortSeeds(store: WorldStore, guid: string, member: string | null, reason: string): void {
  const seeding = store.all<CopyRow>("SELECT * FROM copies WHERE database = ? AND status = 'Seeding'", guid);
  for (const copy of seeding) {
    if (member === null || copy.member === member || copy.seedSource === member) failSeed(store, copy, reason);
  }
}

function failSeed(store: WorldStore, copy: CopyRow, reason: string): void {
  endSeed(store, copy, 'FailedAndSuspended', null);
  store.run(
    'UPDATE copies SET errorMessage = ? WHERE database = ? AND member = ?',
    `The seeding operation was cancelled because ${reason}.`,
    copy.database,
    copy.member,
  );
}

/** The copy is no longer being seeded, and its source is a source no more when nobody else uses it. */
export function endSeed(
  store: WorldStore,
  copy: CopyRow,
  status: 'FailedAndSuspended' | 'Initializing',
  dueAt: number | null,
): void {
  store.run(
    `UPDATE copies SET status = ?, statusDueAt = ?, seedSource = NULL, seedBytes = NULL, seedAt = NULL
     WHERE database = ? AND member = ?`,
    status,
    dueAt,
    copy.database,
    copy.member,
  );
  if (copy.seedSource === null || seedsFrom(store, copy.database, copy.seedSource).length > 0) return;
  store.run(
    "UPDATE copies SET status = 'Healthy' WHERE database = ? AND member = ? AND status = 'SeedingSource'",
    copy.database,
    copy.seedSource,
  );
}

/** Suspends a passive copy as Suspend-MailboxDatabaseCopy does. Must run inside a transaction. */
export function suspendCopy(store: WorldStore, guid: string, member: string, comment: string, now: number): void {
  const database = store.database(guid);
  const copy = passiveCopy(store, database, member);
  if (stoppedMembers(store)(member)) throw new NotNowError([`${member} does not answer`]);
  if (database.moveTo === member) throw new NotNowError([`${database.name} is moving to ${member}; wait for it`]);
  if (copy.status === 'Seeding') throw new NotNowError([`the copy of ${database.name} on ${member} is being seeded`]);
  abortBackupsFrom(store, member, `the copy on ${member} was suspended`, now, guid);
  abortSeeds(store, guid, member, `its source on ${member} was suspended`);
  const failed = copy.status === 'Failed' || copy.status === 'FailedAndSuspended';
  store.run(
    'UPDATE copies SET status = ?, statusDueAt = NULL, suspendComment = ? WHERE database = ? AND member = ?',
    failed ? 'FailedAndSuspended' : 'Suspended',
    comment,
    guid,
    member,
  );
}

/** Resuming a copy that does not fit puts it back to suspended; the engine finds that out. Must run inside a transaction. */
export function resumeCopy(store: WorldStore, guid: string, member: string, dueAt: number): void {
  const database = store.database(guid);
  const copy = passiveCopy(store, database, member);
  if (stoppedMembers(store)(member)) throw new NotNowError([`${member} does not answer`]);
  if (!SEEDABLE.includes(copy.status)) return;
  store.run(
    `UPDATE copies SET status = 'Initializing', statusDueAt = ?, suspendComment = NULL, errorMessage = NULL
     WHERE database = ? AND member = ?`,
    dueAt,
    guid,
    member,
  );
}
