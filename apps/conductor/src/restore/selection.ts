import type { DatabaseView } from '#contracts';
import type { World } from '../domain/world.js';
import type { RestoreOrder } from './restore.events.js';

/** Recovery databases are no source of a restore, and public folder databases are only restored when they are named. */
export function selected(
  order: RestoreOrder,
  world: World,
): { readonly databases: readonly DatabaseView[]; readonly unknown: readonly string[] } {
  const everything = [...world.databases.values()];
  const sources = everything.filter(({ kind }) => kind !== 'recovery');
  const unknown: string[] = [];
  const chosen = new Map<string, DatabaseView>();
  const take = (wanted: string, found: readonly DatabaseView[]): void => {
    if (found.length === 0) unknown.push(wanted);
    for (const database of found) chosen.set(database.guid, database);
  };
  for (const wanted of order.databases)
    take(
      wanted,
      sources.filter((database) => isNamed(database, wanted)),
    );
  for (const dag of order.dags)
    take(
      dag,
      sources.filter((database) => database.dag === dag && database.kind === 'dag'),
    );
  if (order.all)
    take(
      'all',
      sources.filter(({ kind }) => kind !== 'publicFolder'),
    );
  return { databases: [...chosen.values()], unknown };
}

function isNamed(database: DatabaseView, wanted: string): boolean {
  return database.guid === wanted.toLowerCase() || database.name.toLowerCase() === wanted.toLowerCase();
}

export function isKnownMember(member: string, { members, databases }: World): boolean {
  return members.has(member) || databases.some(({ copies }) => copies.some((copy) => copy.member === member));
}
