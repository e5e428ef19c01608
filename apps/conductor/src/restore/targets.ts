import { displayName, type DatabaseView } from '#contracts';
import { memberName, type World } from '../domain/world.js';
import type { PlanningContext } from './plan.js';
import type { RestoreOrder, TaskTarget } from './restore.events.js';

/** Names of recovery databases that the product makes begin like this; so it can tell which it may take away. */
export const RECOVERY_PREFIX = 'Recovery-';

export type Resolved =
  | { readonly target: TaskTarget; readonly member: string | null; readonly problem: null }
  | { readonly target: null; readonly member: null; readonly problem: string };

/** What `to` means for one database in this world. `taken` counts what the run already put on each member. */
export function resolveTarget(
  { to }: RestoreOrder,
  database: DatabaseView,
  taken: ReadonlyMap<string, number>,
  context: PlanningContext,
): Resolved {
  const { world } = context;
  switch (to.kind) {
    case 'original':
      return over(database, null);
    case 'database': {
      const wanted = to.database?.toLowerCase() ?? '';
      const other = world.databases.find(({ guid, name }) => guid === wanted || name.toLowerCase() === wanted);
      if (!other) return none(`the inventory knows no database "${to.database}" to restore over; create it first`);
      if (other.kind === 'recovery') return none(`${other.name} is a recovery database: say to recovery`);
      return over(other, null);
    }
    case 'server':
      return toServer(database, to.member ?? '', world);
    case 'recovery': {
      const member = to.member ?? leastTaken(hostsFor(database, context), taken, world);
      if (member === undefined)
        return none(
          `no member with an answering agent and a backup client can hold a recovery database for ${database.name}`,
        );
      return found({ kind: 'new', name: `${RECOVERY_PREFIX}${database.name}`, member, isRecovery: true }, member);
    }
    case 'removeRecovery': {
      const name = `${RECOVERY_PREFIX}${database.name}`;
      const made = world.databases.find(
        (each) => each.kind === 'recovery' && each.name.toLowerCase() === name.toLowerCase(),
      );
      const member = made?.copies[0]?.member ?? made?.activeMember;
      if (!made || !member) return none(`the inventory knows no recovery database ${name}`);
      return found({ kind: 'removal', guid: made.guid, name: made.name, member }, member);
    }
    case 'files': {
      const member = to.member ?? filesHost(database, context);
      if (member === undefined)
        return none(`no member that holds ${database.name} has an answering agent and a backup client`);
      return found({ kind: 'files', folder: folderFor(to.path ?? '', database.name), member }, member);
    }
    default: {
      const unknown: never = to.kind;
      throw new Error(`unknown target ${String(unknown)}`);
    }
  }
}

function toServer(database: DatabaseView, member: string, world: World): Resolved {
  if (!world.members.has(member)) return none(`the inventory knows no member ${displayName(member)}`);
  if (database.copies.some((copy) => copy.member === member)) return over(database, member);
  if (database.copies.length > 1)
    return none(
      `${memberName(world, member)} holds no copy of ${database.name}; add one first, or restore into another database`,
    );
  return found(
    { kind: 'new', name: `${database.name}-${memberName(world, member)}`, member, isRecovery: false },
    member,
  );
}

function over(database: DatabaseView, onMember: string | null): Resolved {
  const target = { kind: 'over', guid: database.guid, name: database.name, onMember } as const;
  return { target, member: onMember ?? database.activeMember, problem: null };
}

function found(target: TaskTarget, member: string): Resolved {
  return { target, member, problem: null };
}

function none(problem: string): Resolved {
  return { target: null, member: null, problem };
}

/** Members that can restore what belongs to this database: those of its DAG, or its own. */
function hostsFor(database: DatabaseView, { world, isAlive }: PlanningContext): readonly string[] {
  const holders = new Set(database.copies.map(({ member }) => member));
  return [...world.members.values()]
    .filter(({ id, dag }) => (database.kind === 'dag' ? dag === database.dag : holders.has(id)))
    .filter(({ id, client }) => isAlive(id) && client.installed === true)
    .map(({ id }) => id);
}

function leastTaken(hosts: readonly string[], taken: ReadonlyMap<string, number>, world: World): string | undefined {
  const load = (member: string): number =>
    (taken.get(member) ?? 0) +
    world.databases.count((each) => each.kind === 'recovery' && each.copies[0]?.member === member);
  return hosts.toSorted((a, b) => load(a) - load(b) || (a < b ? -1 : 1))[0];
}

function filesHost(database: DatabaseView, context: PlanningContext): string | undefined {
  const hosts = hostsFor(database, context);
  return hosts.find((host) => host === database.activeMember) ?? hosts[0];
}

/** The path is Windows' where it looks like it. A database's name is made safe as the name of a folder. */
function folderFor(path: string, databaseName: string): string {
  const separator = path.includes('\\') || /^[A-Za-z]:/.test(path) ? '\\' : '/';
  const name = databaseName.replaceAll(/[\\/:*?"<>|]/g, '_');
  return path.endsWith(separator) ? `${path}${name}` : `${path}${separator}${name}`;
}
