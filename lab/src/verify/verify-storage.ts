import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { INCOMING, objectFolder, storageFolder } from '../world/layout.js';
import type { DatabaseRow, RestoreRow, SessionRow, StoredBackupRow } from '../world/rows.js';
import { WorldStore } from '../world/store.js';
import { chainFailures, overlapFailures, restoreOverlapFailures } from './history.js';
import { checkStoredBackup } from './stored-backup.js';
import type { Verification } from './verification.js';

/** Checks everything that the storage server holds against what must be there, recomputed, and not against any file of the lab. */
export async function verifyStorage(directory: string): Promise<Verification> {
  const store = WorldStore.open(directory);
  try {
    const { databases, backups, sessions, restores, folders } = store.immediate(() => ({
      databases: new Map(store.databases().map((each) => [each.guid, each])),
      backups: store.all<StoredBackupRow>('SELECT * FROM storedBackups ORDER BY endedAt, objectName'),
      sessions: store.all<SessionRow>('SELECT * FROM sessions ORDER BY startedAt'),
      restores: store.all<RestoreRow>("SELECT * FROM restores WHERE kind = 'database' ORDER BY startedAt"),
      folders: storedFolders(directory),
    }));
    const failures: string[] = [
      ...unregistered(folders, backups, databases),
      ...overlapFailures(sessions, databases),
      ...restoreOverlapFailures(restores, sessions),
    ];
    for (const backup of backups) {
      const database = databases.get(backup.database);
      if (database === undefined) {
        failures.push(`backup ${backup.objectName} is of a database that the lab does not know: ${backup.database}`);
        continue;
      }
      const name = `${database.name}/${backup.objectName}`;
      const found = existsSync(objectFolder(directory, database.name, backup.objectName))
        ? await checkStoredBackup(directory, database, backup)
        : ['it is registered, and has no files'];
      failures.push(...found.map((each) => `${name}: ${each}`));
    }
    failures.push(...chainFailures(backups, databases));
    return { checked: backups.length, failures };
  } finally {
    store.close();
  }
}

/** `DATABASE/OBJECT` of everything in the storage folder. */
function storedFolders(directory: string): readonly string[] {
  const root = storageFolder(directory);
  return readdirSync(root)
    .filter((entry) => entry !== INCOMING)
    .flatMap((entry) => {
      const path = join(root, entry);
      return statSync(path).isDirectory() ? readdirSync(path).map((object) => `${entry}/${object}`) : [entry];
    });
}

function unregistered(
  folders: readonly string[],
  backups: readonly StoredBackupRow[],
  databases: ReadonlyMap<string, DatabaseRow>,
): readonly string[] {
  const registered = new Set(backups.map((each) => `${databases.get(each.database)?.name ?? ''}/${each.objectName}`));
  return folders
    .filter((folder) => !registered.has(folder))
    .map((folder) => `${folder}: it is stored, and not registered`);
}
