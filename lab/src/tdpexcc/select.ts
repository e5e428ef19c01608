import type { CopyRow, DatabaseRow } from '../world/rows.js';
import { effectiveStatus, isActive } from '../world/state.js';
import type { ClientOptions } from './command-line.js';

export interface LocalDatabase {
  readonly database: DatabaseRow;
  readonly copies: readonly CopyRow[];
}

/** Names that the list selects and the options leave, in order. Names are case-sensitive (IBM-FM); unknown ones stay, to fail by name. */
export function selectDatabases(
  list: readonly string[] | '*',
  options: ClientOptions,
  local: readonly LocalDatabase[],
  member: string,
  isStopped: (member: string) => boolean,
  now: number,
): readonly string[] {
  const visible = local.filter(({ database }) => database.kind !== 'recovery' && database.mounted === 1);
  const names = list === '*' ? visible.map(({ database }) => database.name) : list;
  return names.filter((name) => {
    if (options.excludedDatabases.includes(name)) return false;
    const found = local.find(({ database }) => database.name === name);
    return found === undefined || !isLeftOut(found, options, member, isStopped, now);
  });
}

function isLeftOut(
  { database, copies }: LocalDatabase,
  options: ClientOptions,
  member: string,
  isStopped: (member: string) => boolean,
  now: number,
): boolean {
  const replicated = copies.length > 1;
  const active = database.activeMember === member;
  if (!replicated && options.excludeNonDag) return true;
  if (replicated && active && options.excludeDagActive) return true;
  if (replicated && !active && options.excludeDagPassive) return true;
  if (replicated && active && options.preferDagPassive) {
    const healthy = copies.some(
      (copy) => !isActive(copy, database) && effectiveStatus(copy, database, isStopped) === 'Healthy',
    );
    if (healthy) return true;
  }
  const last = Math.max(
    database.lastFullAt ?? 0,
    database.lastIncrementalAt ?? 0,
    database.lastDifferentialAt ?? 0,
    database.lastCopyAt ?? 0,
  );
  return options.minimumIntervalMinutes > 0 && last > now - options.minimumIntervalMinutes * 60_000;
}
