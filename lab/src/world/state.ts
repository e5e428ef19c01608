import type { BackupType, CopyStatus } from '#contracts';
import type { CopyRow, DatabaseRow, HeaderRow } from './rows.js';

/** How the world's rows look from Exchange. Pure. */

export function isActive(copy: CopyRow, database: DatabaseRow): boolean {
  return copy.member === database.activeMember;
}

/** Its files are whole and go on from the same data as the active copy's: it can take over, and can follow. */
export function fitsActive(copy: CopyRow, database: DatabaseRow, copies: readonly CopyRow[]): boolean {
  const active = copies.find((each) => isActive(each, database));
  return copy.integrity !== 'incomplete' && (active === undefined || copy.lineage === active.lineage);
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
