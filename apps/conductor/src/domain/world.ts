import {
  displayName,
  type CopyView,
  type DatabaseView,
  type InventorySnapshot,
  type MemberView,
  type ReportedCopy,
  type ReportedDatabase,
} from '#contracts';
import { Map as IMap } from 'immutable';

/** The conductor's picture of Exchange: the inventory's last word, refined by what agents saw in their own last looks. */
export interface World {
  readonly databases: IMap<string, DatabaseView>;
  readonly members: IMap<string, MemberView>;
  /** How many databases are active on each member. */
  readonly activeCounts: IMap<string, number>;
}

export const EMPTY_WORLD: World = { databases: IMap(), members: IMap(), activeCounts: IMap() };

export function worldFromSnapshot({ databases, members }: InventorySnapshot): World {
  return worldOf(databases, members);
}

export function worldOf(databases: readonly DatabaseView[], members: readonly MemberView[]): World {
  return {
    databases: IMap(databases.map((database) => [database.guid, database])),
    members: IMap(members.map((member) => [member.id, member])),
    activeCounts: IMap<string, number>().withMutations((counts) => {
      for (const { activeMember } of databases) {
        if (activeMember !== null) counts.update(activeMember, 0, (count) => count + 1);
      }
    }),
  };
}

export function withDatabase(world: World, database: DatabaseView): World {
  const before = world.databases.get(database.guid)?.activeMember ?? null;
  const after = database.activeMember;
  let { activeCounts } = world;
  if (before !== after) {
    if (before !== null) activeCounts = activeCounts.update(before, 0, (count) => count - 1);
    if (after !== null) activeCounts = activeCounts.update(after, 0, (count) => count + 1);
  }
  return { ...world, databases: world.databases.set(database.guid, database), activeCounts };
}

export function withMember(world: World, member: MemberView): World {
  return { ...world, members: world.members.set(member.id, member) };
}

/**
 * Folds in what an agent saw of one database in a fresh look. A database the inventory never told of is not added: what
 * exists is the inventory's to say.
 */
export function withObservation(world: World, observed: ReportedDatabase, observer: string): World {
  const known = world.databases.get(observed.guid);
  if (!known) return world;
  const seen = new Map(observed.copies.map((copy) => [copy.member, copy]));
  return withDatabase(world, {
    ...known,
    activeMember: observed.activeMember ?? known.activeMember,
    mounted: observed.mounted,
    allowFileRestore: observed.allowFileRestore ?? null,
    backupInProgress: observed.backupInProgress,
    lastFullBackupAt: observed.lastFullBackupAt ?? known.lastFullBackupAt,
    lastIncrementalBackupAt: observed.lastIncrementalBackupAt ?? known.lastIncrementalBackupAt,
    lastDifferentialBackupAt: observed.lastDifferentialBackupAt ?? known.lastDifferentialBackupAt,
    lastCopyBackupAt: observed.lastCopyBackupAt ?? known.lastCopyBackupAt,
    copies: known.copies.map((copy) => refreshed(copy, seen.get(copy.member), observer)),
  });
}

function refreshed(copy: CopyView, seen: ReportedCopy | undefined, observer: string): CopyView {
  if (!seen) return copy;
  return {
    ...copy,
    role: seen.active ? 'active' : 'passive',
    status: seen.status,
    replayLagMs: seen.replayLagMs,
    latestFullBackupAt: seen.latestFullBackupAt,
    suspendComment: seen.suspendComment,
    observedBy: observer,
    ageMs: 0,
  };
}

/** The name Exchange gives a member; its id where the inventory does not know it. */
export function memberName(world: World, memberId: string): string {
  return world.members.get(memberId)?.name ?? displayName(memberId);
}
