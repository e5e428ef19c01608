import type { BackupType } from '#contracts';
import type { StoredBackupRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';
import type { ClientOptions } from './command-line.js';
import { noBackup } from './failure.js';

/** A stored backup with what its database is called. */
export interface FoundBackup {
  readonly backup: StoredBackupRow;
  readonly databaseName: string;
  /** The node it lies under: the one of all members of the DAG, or the member's own. */
  readonly isUnderDagNode: boolean;
  /** No newer one has replaced it. */
  readonly isActive: boolean;
}

/**
 * What the storage server shows to a client: backups of DAG databases to every member, those of others to the member that took
 * them, or to whoever names that member (reference 5.4). Oldest first.
 */
export function visibleBackups(
  store: WorldStore,
  member: string,
  fromServer: string | undefined,
): readonly FoundBackup[] {
  const databases = new Map(store.databases().map((each) => [each.guid, each.name]));
  const from = fromServer === undefined ? member : store.member(fromServer).name;
  const all = store.all<StoredBackupRow>('SELECT * FROM storedBackups ORDER BY objectName');
  return all.flatMap((backup) => {
    const databaseName = databases.get(backup.database);
    const isUnderDagNode = store.copiesOf(backup.database).length > 1;
    if (databaseName === undefined || (!isUnderDagNode && backup.member !== from)) return [];
    const isActive = !isReplaced(backup, all);
    return [{ backup, databaseName, isUnderDagNode, isActive }];
  });
}

/** A full or copy by the next of its type; logs by the next full, and a differential by the next differential too. */
function isReplaced(backup: StoredBackupRow, all: readonly StoredBackupRow[]): boolean {
  const replacing: Readonly<Record<BackupType, readonly BackupType[]>> = {
    full: ['full'],
    copy: ['copy'],
    incremental: ['full'],
    differential: ['full', 'differential'],
  };
  return all.some(
    (each) =>
      each.database === backup.database &&
      each.objectName > backup.objectName &&
      replacing[backup.type].includes(each.type),
  );
}

/** The object that was named, or else the newest active one. Throws a ClientFailure when there is none. */
export function findBackup(
  store: WorldStore,
  member: string,
  name: string,
  type: BackupType,
  { object, fromServer }: Pick<ClientOptions, 'object' | 'fromServer'>,
): StoredBackupRow {
  const candidates = visibleBackups(store, member, fromServer).filter(
    (each) => each.databaseName === name && each.backup.type === type,
  );
  const found =
    object === undefined
      ? candidates.findLast((each) => each.isActive)
      : candidates.find((each) => each.backup.objectName === object);
  if (found === undefined)
    throw noBackup(
      name,
      object === undefined ? `there is no active one of type ${type}` : `type ${type}, object ${object}`,
    );
  return found.backup;
}
