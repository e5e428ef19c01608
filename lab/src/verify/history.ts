import { agreeUpTo, lineageIn } from '../world/lineage.js';
import type { DatabaseRow, RestoreRow, SessionRow, StoredBackupRow } from '../world/rows.js';

/** Exchange takes one backup of a database at a time (MS-WRITER); two sessions that overlap prove that somebody broke that. */
export function overlapFailures(
  sessions: readonly SessionRow[],
  databases: ReadonlyMap<string, DatabaseRow>,
): readonly string[] {
  const failures: string[] = [];
  const latest = new Map<string, SessionRow>();
  for (const session of sessions.toSorted((left, right) => left.startedAt - right.startedAt)) {
    const before = latest.get(session.database);
    const beforeEnd = before?.endedAt ?? Infinity;
    if (before !== undefined && beforeEnd > session.startedAt) {
      const name = databases.get(session.database)?.name ?? session.database;
      failures.push(
        `${name}: two backups at once, on ${before.member} (${before.objectName}) and on ${session.member} (${session.objectName})`,
      );
    }
    if (before === undefined || (session.endedAt ?? Infinity) > beforeEnd) latest.set(session.database, session);
  }
  return failures;
}

/** No backup of a database during its restore nor the reverse, and no two restores of one. */
export function restoreOverlapFailures(
  restores: readonly RestoreRow[],
  sessions: readonly SessionRow[],
): readonly string[] {
  return restores.flatMap((restore, index) => {
    const overlaps = (other: { readonly startedAt: number; readonly endedAt: number | null }): boolean =>
      other.startedAt < (restore.endedAt ?? Infinity) && restore.startedAt < (other.endedAt ?? Infinity);
    const backups = sessions.filter((each) => each.database === restore.target && overlaps(each));
    const others = restores.slice(index + 1).filter((each) => each.target === restore.target && overlaps(each));
    const what = `${restore.targetName}: restored on ${restore.member}`;
    return [
      ...backups.map((each) => `${what} while a backup ran on ${each.member} (${each.objectName})`),
      ...others.map((each) => `${what} while it was restored on ${each.member} too`),
    ];
  });
}

/** A backup of logs is worth something only if every log between it and an earlier full backup is stored too. */
export function chainFailures(
  backups: readonly StoredBackupRow[],
  databases: ReadonlyMap<string, DatabaseRow>,
): readonly string[] {
  return backups.flatMap((backup) => {
    if (backup.type === 'full' || backup.type === 'copy') return [];
    const joins = backups.some(
      (each) =>
        each.database === backup.database &&
        (each.type === 'full' || each.type === 'incremental') &&
        each.endedAt <= backup.startedAt &&
        each.generation >= backup.firstLog - 1 &&
        agreeUpTo(lineageIn(each.lineage), lineageIn(backup.lineage), backup.firstLog - 1),
    );
    const name = databases.get(backup.database)?.name ?? backup.database;
    return joins
      ? []
      : [`${name}/${backup.objectName}: no full or incremental backup before it reaches log ${backup.firstLog - 1}`];
  });
}
