import type { DatabaseView } from '#contracts';
import { closest } from 'fastest-levenshtein';
import type { BackupOrder } from '../domain/backup-order.js';
import type { Exclusion } from '../domain/run.event-parts.js';
import type { World } from '../domain/world.js';

export type Selection =
  | {
      readonly kind: 'selected';
      readonly databases: readonly DatabaseView[];
      /** What the request is not about, so that every known database is accounted for. */
      readonly excluded: readonly Exclusion[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The databases a request is about, sorted by name; or which name of it nobody knows, and the nearest that somebody does. */
export function select(order: BackupOrder, world: World): Selection {
  const all = [...world.databases.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  const dags = new Set(all.flatMap((database) => database.dag ?? []));
  const members = new Set(world.members.keys());
  const problems = [
    ...unknown('DAG', order.dags, dags),
    ...unknown('member', order.excludeMembers, members),
    ...unknown('member', order.preferMembers, members),
    ...unknownDatabases(order.databases, all),
  ];
  if (problems.length > 0) return { kind: 'refused', reason: problems.join('; ') };
  const wanted = all.filter((database) => isWanted(order, database));
  if (wanted.length === 0) {
    return {
      kind: 'refused',
      reason: all.length === 0 ? 'the inventory knows no database' : 'the selection fits no database',
    };
  }
  return { kind: 'selected', databases: wanted, excluded: notSelected(order, all) };
}

function notSelected(order: BackupOrder, all: readonly DatabaseView[]): readonly Exclusion[] {
  const others = all.filter((database) => !isWanted(order, database));
  if (others.length === 0) return [];
  const named = [
    ...(order.dags.length > 0 ? [`DAG ${order.dags.join(', ')}`] : []),
    ...(order.databases.length > 0 ? ['databases by name'] : []),
  ];
  return [
    {
      rule: 'not-selected',
      reason: `the request is for ${named.join(' and ')}`,
      databases: others.map(({ guid, name }) => ({ guid, name })),
    },
  ];
}

function isWanted(order: BackupOrder, database: DatabaseView): boolean {
  const inDag = order.dags.length === 0 || (database.dag !== null && order.dags.includes(database.dag));
  return inDag && (order.databases.length === 0 || order.databases.some((name) => names(database, name)));
}

function names(database: DatabaseView, name: string): boolean {
  const wanted = name.toLowerCase();
  return database.name.toLowerCase() === wanted || database.guid.toLowerCase() === wanted;
}

function unknownDatabases(wanted: readonly string[], all: readonly DatabaseView[]): readonly string[] {
  const missing = wanted.filter((name) => !all.some((database) => names(database, name)));
  return missing.map((name) =>
    complaint(
      'database',
      name,
      all.map((database) => database.name),
    ),
  );
}

function unknown(what: string, wanted: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return wanted.filter((name) => !known.has(name)).map((name) => complaint(what, name, [...known]));
}

function complaint(what: string, name: string, known: readonly string[]): string {
  const nearest = known.length > 0 ? `; the nearest known name is "${closest(name, known)}"` : '; none is known';
  return `there is no ${what} "${name}"${nearest}`;
}
