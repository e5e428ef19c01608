import type { CopyView, DatabaseView, WhatIf } from '#contracts';
import { worldOf, type World } from '../../domain/world.js';

/** The world as it would be: without some members, with larger databases. */
export function imagined(world: World, { withoutMembers = [], growPercent = 0 }: WhatIf): World {
  const gone = new Set(withoutMembers);
  const databases = [...world.databases.values()].map((database) => grown(withoutCopies(database, gone), growPercent));
  return worldOf(
    databases,
    [...world.members.values()].filter(({ id }) => !gone.has(id)),
  );
}

/** Where its active copy is lost, the copy that Exchange would sooner activate becomes the active one, a lagged one last. */
function withoutCopies(database: DatabaseView, gone: ReadonlySet<string>): DatabaseView {
  const copies = database.copies.filter(({ member }) => !gone.has(member));
  if (copies.length === database.copies.length) return database;
  if (database.activeMember === null || !gone.has(database.activeMember)) return { ...database, copies };
  const [successor] = copies.toSorted(
    (a, b) => activationOrder(a) - activationOrder(b) || (a.member < b.member ? -1 : 1),
  );
  if (!successor) return { ...database, copies, activeMember: null, mounted: null };
  return {
    ...database,
    activeMember: successor.member,
    copies: copies.map((copy) => (copy === successor ? { ...copy, role: 'active', status: 'Mounted' } : copy)),
  };
}

const LAGGED = 1_000;
const UNHEALTHY = 100;

function activationOrder({ replayLagMs, status, activationPreference }: CopyView): number {
  return (
    (replayLagMs === 0 ? 0 : LAGGED) + (status === 'Healthy' ? 0 : UNHEALTHY) + (activationPreference ?? UNHEALTHY)
  );
}

/** A larger database has as many more logs. */
function grown(database: DatabaseView, percent: number): DatabaseView {
  const { sizeBytes, logBytes = null } = database;
  const larger = (bytes: string | null): string | null =>
    bytes === null ? null : String(Math.round(Number(bytes) * (1 + percent / 100)));
  return percent === 0 ? database : { ...database, sizeBytes: larger(sizeBytes), logBytes: larger(logBytes) };
}
