import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expectedEdb, PAGE_BYTES } from './content.js';
import { NotNowError, WorldError } from './errors.js';
import { copyFolder, edbFile, logFolder, windowsEdbPath, windowsLogPath } from './layout.js';
import { firstLineage, lineageText } from './lineage.js';
import { stoppedMembers } from './reachable.js';
import { openRestoreOf } from './restores.js';
import type { WorldStore } from './store.js';

/** New-MailboxDatabase and Remove-MailboxDatabase. */

const EMPTY_PAGES = 8;
const LOG_PREFIXES = 256;
/** Whatever a new database shares with others, a restore into it is its only load. */
const NEW_VOLUME = 'VOL01';
const NAME = /^[^\\/:*?"<>|,\p{Cc}]{1,64}$/u;

export interface NewDatabase {
  readonly name: string;
  readonly member: string;
  readonly recovery: boolean;
  readonly edbPath: string | null;
  readonly logPath: string | null;
}

/** One copy, dismounted, empty. Answers with its GUID. */
export function createDatabase(store: WorldStore, wanted: NewDatabase): string {
  return store.immediate(() => {
    const { name: member } = store.member(wanted.member);
    const { name } = wanted;
    if (!NAME.test(name)) throw new WorldError([`"${name}" is no name for a database`]);
    if (store.databases().some((each) => each.name.toLowerCase() === name.toLowerCase()))
      throw new WorldError([`there is a database "${name}" already; a name is unique in the organisation`]);
    if (stoppedMembers(store)(member)) throw new NotNowError([`${member} does not answer`]);
    const guid = randomUUID();
    const sizeBytes = EMPTY_PAGES * PAGE_BYTES;
    rmSync(copyFolder(store.directory, member, name), { recursive: true, force: true });
    mkdirSync(logFolder(store.directory, member, name), { recursive: true });
    writeFileSync(
      edbFile(store.directory, member, name),
      Buffer.concat([...expectedEdb(firstLineage(guid), 0, sizeBytes)]),
    );
    store.run(
      `INSERT INTO databases (guid, name, kind, sizeBytes, logPrefix, activeMember, mounted, edbPath, logPath)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)`,
      guid,
      name,
      wanted.recovery ? 'recovery' : 'standalone',
      sizeBytes,
      freeLogPrefix(store),
      member,
      wanted.edbPath ?? windowsEdbPath(name),
      wanted.logPath ?? windowsLogPath(name),
    );
    store.run(
      "INSERT INTO copies (database, member, preference, status, lineage, volume) VALUES (?, ?, 1, 'Dismounted', ?, ?)",
      guid,
      member,
      lineageText(firstLineage(guid)),
      NEW_VOLUME,
    );
    return guid;
  });
}

function freeLogPrefix(store: WorldStore): string {
  const used = new Set(store.databases().map((each) => each.logPrefix));
  const all = Array.from(
    { length: LOG_PREFIXES },
    (_, index) => `E${index.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return all.find((each) => !used.has(each)) ?? 'E00';
}

/** Of a dismounted recovery database alone; its files stay on the disk. */
export function removeDatabase(store: WorldStore, guid: string): void {
  store.immediate(() => {
    const database = store.database(guid);
    if (database.kind !== 'recovery')
      throw new WorldError([`${database.name} is not a recovery database; nothing else is ever removed`]);
    if (database.mounted === 1) throw new NotNowError([`${database.name} is mounted; dismount it first`]);
    if (openRestoreOf(store, guid) !== undefined) throw new NotNowError([`${database.name} is being restored`]);
    store.run('DELETE FROM copies WHERE database = ?', guid);
    store.run('DELETE FROM headers WHERE database = ?', guid);
    store.run('DELETE FROM databases WHERE guid = ?', guid);
  });
}
