import { constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expectedEdb, expectedLog } from '../world/content.js';
import { edbFile, edbName, logFolder, logName } from '../world/layout.js';
import { agreeUpTo, lineageIn } from '../world/lineage.js';
import { openRestoreOf } from '../world/restores.js';
import type { CopyRow, DatabaseRow, RestoreRow, StoredBackupRow } from '../world/rows.js';
import { isActive } from '../world/state.js';
import { WorldStore } from '../world/store.js';
import { compareFile } from './compare-file.js';
import type { Verification } from './verification.js';

/** Inside the lab's folder, so that taking a copy's files costs no copying where the file system can share blocks. */
const TAKEN = '.verify-';

/**
 * Checks the files of every copy, while the lab lives, against what they must be, recomputed: each at its own generation, all of
 * one lineage with the active copy, and a restored database at what its backup held. Without names: of every database.
 */
export async function verifyCopies(directory: string, names?: readonly string[]): Promise<Verification> {
  const store = WorldStore.open(directory);
  const taken = mkdtempSync(join(directory, TAKEN));
  try {
    const databases = names === undefined ? store.databases() : names.map((name) => store.database(name));
    const failures: string[] = [];
    let checked = 0;
    for (const { guid } of databases) {
      for (const { member } of store.copiesOf(guid)) {
        const look = store.immediate(() => takeCopy(store, guid, member, taken));
        checked += 1;
        failures.push(...look.failures.map((each) => `${look.name} on ${member}: ${each}`));
        if (look.kind === 'taken') failures.push(...(await compareTaken(look, taken)));
      }
      failures.push(...store.immediate(() => restoreFailures(store, guid)));
    }
    return { checked, failures };
  } finally {
    rmSync(taken, { recursive: true, force: true });
    store.close();
  }
}

interface TakenCopy {
  readonly kind: 'taken';
  readonly name: string;
  readonly database: DatabaseRow;
  readonly copy: CopyRow;
  readonly failures: readonly string[];
}

type Look = TakenCopy | { readonly kind: 'unreadable'; readonly name: string; readonly failures: readonly string[] };

/** Must run inside a transaction, so that the engine writes nothing meanwhile. */
function takeCopy(store: WorldStore, guid: string, member: string, taken: string): Look {
  const database = store.database(guid);
  const { name } = database;
  const copies = store.copiesOf(guid);
  const copy = copies.find((each) => each.member === member);
  const active = copies.find((each) => isActive(each, database));
  if (copy === undefined || active === undefined) return { kind: 'unreadable', name, failures: ['it is gone'] };
  if (copy.integrity === 'incomplete') return { kind: 'unreadable', name, failures: ['its files are half written'] };
  const failures: string[] = [];
  if (copy.lineage !== active.lineage)
    failures.push(`it comes from other data than the active copy on ${active.member}; it was not reseeded`);
  const folder = join(taken, member, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sources = new Map([[edbName(name), edbFile(store.directory, member, name)]]);
  for (let generation = copy.lowestLog; generation <= copy.copied; generation += 1) {
    const log = logName(database.logPrefix, generation);
    sources.set(log, join(logFolder(store.directory, member, name), log));
  }
  for (const [file, path] of sources) {
    if (existsSync(path)) copyFileSync(path, join(folder, file), constants.COPYFILE_FICLONE);
    else failures.push(`${file} is missing`);
  }
  return { kind: 'taken', name, database, copy, failures };
}

async function compareTaken({ name, database, copy }: TakenCopy, taken: string): Promise<readonly string[]> {
  const lineage = lineageIn(copy.lineage);
  const expected = new Map<string, () => Iterable<Buffer>>();
  expected.set(edbName(name), () => expectedEdb(lineage, copy.replayed, database.sizeBytes));
  for (let generation = copy.lowestLog; generation <= copy.copied; generation += 1)
    expected.set(logName(database.logPrefix, generation), () => [expectedLog(lineage, generation)]);
  const failures: string[] = [];
  for (const [file, content] of expected) {
    const path = join(taken, copy.member, name, file);
    if (!existsSync(path)) continue;
    const { difference } = await compareFile(path, content());
    if (difference !== null)
      failures.push(`${name} on ${copy.member}: ${file} ${difference} (generation ${copy.replayed})`);
  }
  rmSync(join(taken, copy.member, name), { recursive: true, force: true });
  return failures;
}

/** After the last restore into a database its content goes on from the backup's, and from nothing else. */
function restoreFailures(store: WorldStore, guid: string): readonly string[] {
  const restore = store.one<RestoreRow>(
    "SELECT * FROM restores WHERE kind = 'database' AND target = ? AND outcome = 'succeeded' ORDER BY endedAt DESC, rowid DESC",
    guid,
  );
  if (restore === undefined || openRestoreOf(store, guid) !== undefined) return [];
  const backup = store.one<StoredBackupRow>('SELECT * FROM storedBackups WHERE objectName = ?', restore.objectName);
  const { name, activeMember } = store.database(guid);
  const active = store.copy(guid, activeMember);
  if (backup === undefined || active === undefined) return [];
  return agreeUpTo(lineageIn(active.lineage), lineageIn(backup.lineage), backup.generation)
    ? []
    : [`${name}: it was restored from ${restore.objectName}, and its content does not come from there`];
}
