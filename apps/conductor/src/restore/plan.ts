import { displayName, type BackupView, type DatabaseView, type RestoreObject } from '#contracts';
import type { World } from '../domain/world.js';
import { chainTo } from './chain.js';
import { resolveTarget } from './targets.js';
import { claimsOf } from './claims.js';
import { problemsOf } from './problems.js';
import type { RestoreOrder, RestorePlan } from './restore.events.js';
import { isKnownMember, selected } from './selection.js';
import { judgeSpace, type SpaceJudgement } from './space.js';

/** Targets that overwrite a database, with copies beside the active one. */
const OVERWRITES: ReadonlySet<string> = new Set(['original', 'database', 'server']);

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
  readonly order: RestoreOrder;
  /** What stands against the request as a whole. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
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
  if (contradiction !== undefined) return { order, problems: [contradiction], warnings: [], databases: [] };
  const { databases, unknown } = selected(order, context.world);
  const problems = unknown.map((name) => `the inventory knows no database or DAG "${name}"`);
  if (databases.length === 0 && problems.length === 0) problems.push('no database fits the request');
  problems.push(
    ...order.withoutCopiesOn
      .filter((member) => !isKnownMember(member, context.world))
      .map((member) => `the inventory knows no member ${displayName(member)} whose copies could be left out`),
  );
  if (order.to.kind === 'database' && databases.length > 1)
    problems.push('to database:NAME takes exactly one database: they would overwrite one another');
  const taken = new Map<string, number>();
  const planned = databases
    .map((database) => proposeOne(order, database, backups, taken, context))
    .toSorted(
      (a, b) => (b.plan?.sizeBytes ?? 0) - (a.plan?.sizeBytes ?? 0) || a.database.name.localeCompare(b.database.name),
    );
  const space = judgeSpace(
    planned.flatMap(({ plan, member }) =>
      plan && member !== null ? claimsOf(plan, member, order, context.world) : [],
    ),
    context.world,
  );
  const shared = space.filter(({ databaseGuids }) => databaseGuids.length > 1);
  return {
    order,
    problems: [...problems, ...textsOf(shared, 'problem')],
    warnings: textsOf(shared, 'warning'),
    databases: planned.map((database) => withSpace(database, space)),
  };
}

function withSpace(planned: PlannedDatabase, space: readonly SpaceJudgement[]): PlannedDatabase {
  const own = space.filter(({ databaseGuids: [only, other] }) => other === undefined && only === planned.database.guid);
  if (own.length === 0) return planned;
  return {
    ...planned,
    problems: [...planned.problems, ...textsOf(own, 'problem')],
    warnings: [...planned.warnings, ...textsOf(own, 'warning')],
  };
}

function textsOf(judgements: readonly SpaceJudgement[], wanted: SpaceJudgement['kind']): readonly string[] {
  return judgements.flatMap(({ kind, text }) => (kind === wanted ? [text] : []));
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
export function contradictionIn({
  databases,
  dags,
  all,
  to,
  point,
  withoutCopiesOn,
}: RestoreOrder): string | undefined {
  const ways = [databases.length > 0, dags.length > 0, all].filter(Boolean).length;
  if (ways !== 1) return 'say exactly one of databases, dags and all: nothing is restored by leaving something out';
  if (point.kind === 'backup' && (all || dags.length > 0 || databases.length > 1))
    return 'a given backup belongs to one database: name that database alone';
  if (to.kind === 'server' && (all || dags.length > 0))
    return 'to server:MEMBER takes named databases: a whole DAG has no place on one member';
  if (withoutCopiesOn.length > 0 && !OVERWRITES.has(to.kind))
    return `nothing has copies that could be left out when it is restored to ${to.kind}`;
  return undefined;
}
