import type { World } from '../domain/world.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import { isLeftOut } from './saga/move.js';
import type { SpaceClaim } from './space.js';

/** What one restore writes, and where: on the member that it is restored on, and on those whose copies are made anew. */
export function claimsOf(
  { target, databaseGuid, sizeBytes }: RestorePlan,
  member: string,
  order: RestoreOrder,
  world: World,
): readonly SpaceClaim[] {
  const claim = { databaseGuid, member, bytes: sizeBytes };
  switch (target.kind) {
    case 'files':
      return [{ ...claim, what: target.folder, place: { path: target.folder } }];
    case 'new':
      return [{ ...claim, what: target.name, place: 'chosen' }];
    case 'removal':
      return [];
    case 'over': {
      const database = world.databases.get(target.guid);
      if (!database) return [];
      const path = database.edbPath ?? null;
      // What is overwritten makes room for what is restored.
      const bytes = Math.max(0, sizeBytes - Number(database.sizeBytes ?? 0));
      const what = path ?? `the files of ${target.name}`;
      const holders = database.copies.filter((copy) => !isLeftOut(copy, order)).map((copy) => copy.member);
      return [...new Set([member, ...holders])].map((holder) => ({
        ...claim,
        member: holder,
        bytes,
        what,
        place: { path },
      }));
    }
    default: {
      const unknown: never = target;
      throw new Error(`unknown target ${JSON.stringify(unknown)}`);
    }
  }
}
