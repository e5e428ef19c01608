import type { BackupView, DatabaseView, RestoreObject } from '#contracts';
import type { World } from '../domain/world.js';
import { chainTo } from './chain.js';
import { resolveTarget } from './targets.js';
import { problemsOf } from './problems.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';

export interface PlanningContext {
  readonly world: World;
  isAlive(member: string): boolean;
}

/** One database of the request: what is to be done, and what stands against it. */
export interface PlannedDatabase {
  readonly database: DatabaseView;
  /** Null where not even that can be said. */
  readonly plan: RestorePlan | null;
  /** Where the work is. */
  readonly member: string | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly needsConfirmation: boolean;
}

export interface RestoreProposal {
  /** What stands against the request as a whole. */
  readonly problems: readonly string[];
  readonly databases: readonly PlannedDatabase[];
}

/**
 * What a request means in this world, database by database, the longest first. Pure, and the same for the dry run and for the run: a
 * restore with a problem anywhere is refused as a whole, before anything is touched.
 */
export function propose(
  order: RestoreOrder,
  backups: readonly BackupView[],
  context: PlanningContext,
): RestoreProposal {
  const contradiction = contradictionIn(order);
  if (contradiction !== undefined) return { problems: [contradiction], databases: [] };
  const { databases, unknown } = selected(order, context.world);
  const problems = unknown.map((name) => `the inventory knows no database or DAG "${name}"`);
  if (databases.length === 0 && problems.length === 0) problems.push('no database fits the request');
  if (order.to.kind === 'database' && databases.length > 1)
    problems.push('to database:NAME takes exactly one database: they would overwrite one another');
  const taken = new Map<string, number>();
  const planned = databases
    .map((database) => proposeOne(order, database, backups, taken, context))
    .toSorted(
      (a, b) => (b.plan?.sizeBytes ?? 0) - (a.plan?.sizeBytes ?? 0) || a.database.name.localeCompare(b.database.name),
    );
  return { problems, databases: planned };
}

function proposeOne(
  order: RestoreOrder,
  database: DatabaseView,
  backups: readonly BackupView[],
  taken: Map<string, number>,
  context: PlanningContext,
): PlannedDatabase {
  const { target, member, problem } = resolveTarget(order, database, taken, context);
  const none = { database, plan: null, member: null, warnings: [], needsConfirmation: false };
  if (target === null) return { ...none, problems: [problem] };
  if (member !== null) taken.set(member, (taken.get(member) ?? 0) + 1);
  const chain =
    target.kind === 'removal'
      ? ({ kind: 'found', objects: [] } as const)
      : chainTo(
          order.point,
          backups.filter((backup) => belongsTo(backup, database)),
          database.name,
        );
  if (chain.kind === 'missing') return { ...none, member, problems: [chain.reason] };
  const plan: RestorePlan = {
    taskId: database.guid,
    databaseGuid: database.guid,
    databaseName: database.name,
    kind: database.kind,
    target,
    sizeBytes: bytesOf(chain.objects, database),
    objects: chain.objects,
  };
  return { database, plan, member, ...problemsOf(plan, member, order, context) };
}

/** By GUID where the catalogue knows it, else by the name, which is unique in an Exchange organisation. */
function belongsTo(backup: BackupView, database: DatabaseView): boolean {
  return backup.databaseGuid === null
    ? backup.databaseName.toLowerCase() === database.name.toLowerCase()
    : backup.databaseGuid === database.guid;
}

function bytesOf(objects: readonly RestoreObject[], database: DatabaseView): number {
  const known = objects.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes ?? 0), 0);
  return known > 0 ? known : Number(database.sizeBytes ?? 0);
}

/** What no state of the world could make possible. */
export function contradictionIn({ databases, dags, all, to, point }: RestoreOrder): string | undefined {
  const ways = [databases.length > 0, dags.length > 0, all].filter(Boolean).length;
  if (ways !== 1) return 'say exactly one of databases, dags and all: nothing is restored by leaving something out';
  if (point.kind === 'backup' && (all || dags.length > 0 || databases.length > 1))
    return 'a given backup belongs to one database: name that database alone';
  if (to.kind === 'server' && (all || dags.length > 0))
    return 'to server:MEMBER takes named databases: a whole DAG has no place on one member';
  return undefined;
}

/** Recovery databases are no source of a restore, and public folder databases are only restored when they are named. */
function selected(
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

export function isNamed(database: DatabaseView, wanted: string): boolean {
  return database.guid === wanted.toLowerCase() || database.name.toLowerCase() === wanted.toLowerCase();
}
