import type { BackupView, RestoreObject, RestorePoint } from '#contracts';

export type Chain =
  | { readonly kind: 'found'; readonly objects: readonly RestoreObject[] }
  | { readonly kind: 'missing'; readonly reason: string };

/**
 * The backups that lead to a point, in the order in which they are restored: a full with exactly what belongs to it, or a copy,
 * which stands alone. Incrementals truncate, so each continues the one before; a differential holds everything since the
 * last of them, so only the last is needed, and none that an incremental came after.
 */
export function chainTo(point: RestorePoint, backups: readonly BackupView[], databaseName: string): Chain {
  const usable = backups.filter(canBeAskedFor).toSorted(byTime);
  if (point.kind === 'backup') {
    const wanted = usable.find(({ id }) => id === point.backupId);
    if (wanted) return chainOf(wanted, usable, databaseName);
    const isKnown = backups.some(({ id }) => id === point.backupId);
    return missing(
      isKnown
        ? `the backup ${point.backupId} is a local snapshot or has no name on the storage server`
        : `the catalogue has no backup ${point.backupId} of ${databaseName}; "dagctl backups --database ${databaseName}" lists them`,
    );
  }
  const limitMs = point.kind === 'time' ? Date.parse(point.at ?? '') : Number.POSITIVE_INFINITY;
  const until = usable.filter((backup) => timeOf(backup) <= limitMs);
  // The last one that leads somewhere: a log backup without its full cannot be restored, but an older backup may be.
  for (const last of until.toReversed()) {
    const chain = chainOf(last, usable, databaseName);
    if (chain.kind === 'found') return chain;
  }
  const when = point.kind === 'time' ? ` that is not after ${point.at}` : '';
  return missing(`the catalogue has no backup of ${databaseName}${when} that can be restored`);
}

function chainOf(last: BackupView, usable: readonly BackupView[], databaseName: string): Chain {
  if (last.backupType === 'full' || last.backupType === 'copy') return found([last]);
  const full = usable.find(({ id, backupType }) => id === last.fullId && backupType === 'full');
  if (!full)
    return missing(
      `the full that the ${last.backupType} ${last.id} of ${databaseName} continues is not in the catalogue`,
    );
  const incrementals = usable.filter(
    (backup) =>
      backup.backupType === 'incremental' &&
      backup.fullId === full.id &&
      byTime(full, backup) < 0 &&
      byTime(backup, last) < 0,
  );
  return found([full, ...incrementals, last]);
}

/** A snapshot that only its own member could restore is no way to a point; one without a name can only be asked for as the newest. */
function canBeAskedFor({ location, objectName, active }: BackupView): boolean {
  return location !== 'local' && (objectName !== null || active === true);
}

function timeOf({ startedAt }: BackupView): number {
  return Date.parse(startedAt);
}

function byTime(a: BackupView, b: BackupView): number {
  return timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

function found(backups: readonly BackupView[]): Chain {
  return { kind: 'found', objects: backups.map(toObject) };
}

function missing(reason: string): Chain {
  return { kind: 'missing', reason };
}

function toObject({ id, backupType, objectName, startedAt, sizeBytes, sourceMember, node }: BackupView): RestoreObject {
  return { backupId: id, backupType, objectName, startedAt, sizeBytes, sourceMember, node };
}
