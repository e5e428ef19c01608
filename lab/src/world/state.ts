import type { BackupType, CopyStatus } from '#contracts';
import type { CopyRow, DatabaseRow, HeaderRow } from './rows.js';

/** How the world's rows look from Exchange. Pure. */

export function isActive(copy: CopyRow, database: DatabaseRow): boolean {
  return copy.member === database.activeMember;
}

/** Status as another server sees it: a dead server's copies are ServiceDown, and passive copies lose a dead active one. */
export function effectiveStatus(
  copy: CopyRow,
  database: DatabaseRow,
  isStopped: (member: string) => boolean,
): CopyStatus {
  if (isStopped(copy.member)) return 'ServiceDown';
  if (copy.status === 'Healthy' && !isActive(copy, database) && isStopped(database.activeMember)) {
    return 'DisconnectedAndHealthy';
  }
  return copy.status;
}

/** The last backup of a type that this copy knows of: all for the active one, and what it has replayed for a passive one. */
export function knownHeader(
  headers: readonly HeaderRow[],
  types: readonly BackupType[],
  copy: CopyRow,
  database: DatabaseRow,
): HeaderRow | null {
  const known = headers.filter(
    (header) => types.includes(header.type) && (isActive(copy, database) || header.visibleGeneration <= copy.replayed),
  );
  return known.reduce<HeaderRow | null>((last, each) => (last === null || each.at >= last.at ? each : last), null);
}
