import type { CopyView, DatabaseView } from '#contracts';
import { NOW_MS, OBSERVATION_MAX_AGE_MS, type AnyWorld } from './any-world.js';

/** What a plan says of one task, whatever says it. */
export interface Claim {
  readonly databaseGuid: string;
  readonly copyNumber: number;
  readonly kind: string;
  readonly member?: string;
  readonly startMs?: number;
  readonly endMs?: number;
}

type Start = Claim & Required<Pick<Claim, 'member' | 'startMs' | 'endMs'>>;

const ROUNDING_MS = 1e-3;

/** Whatever is wrong with the plan of a run. The rules are written down here once more, from the words and not from the planner's code. */
export function worldViolations(
  world: AnyWorld,
  claims: readonly Claim[],
  excluded: ReadonlySet<string>,
): readonly string[] {
  const starts = claims.filter((claim): claim is Start => claim.kind === 'placed');
  return [
    ...starts.flatMap((start) => copyViolations(world, start)),
    ...world.databases.flatMap((database) => databaseViolations(world, database, claims, excluded)),
    ...world.members.flatMap(({ id }) => memberViolations(world, id, starts)),
  ];
}

function copyViolations(world: AnyWorld, { databaseGuid, copyNumber, member: id }: Start): readonly string[] {
  const { request, silent, drained } = world;
  const database = world.databases.find(({ guid }) => guid === databaseGuid);
  const copy = database?.copies.find(({ member }) => member === id);
  const member = world.members.find((each) => each.id === id);
  if (!database || !copy || !member) return [`${databaseGuid} on ${id}: there is no such copy`];
  const needsFull = request.backupType === 'incremental' || request.backupType === 'differential';
  const isPassive = copy.role === 'passive';
  const wrong: Readonly<Record<string, boolean>> = {
    'a recovery database': database.kind === 'recovery',
    'the agent is not there': silent.has(id) || member.agent.state === 'never',
    'a drained member': drained.has(id),
    'no client': member.client.installed !== true,
    'seen too long ago': copy.ageMs > OBSERVATION_MAX_AGE_MS,
    'a bad status': copy.status !== (isPassive ? 'Healthy' : 'Mounted'),
    'lagged, or not known not to be': isPassive && copy.replayLagMs !== 0,
    'not known to be mounted': database.mounted !== true,
    'another backup, or not known not to be': database.backupInProgress !== false,
    'circular logging, or not known not to be': needsFull && database.circularLogging !== false,
    'no full backup before it': needsFull && !hasFull(database, copy),
    'an excluded member': (request.excludeMembers ?? []).includes(id),
    'the active copy, and passive only': request.copyPreference === 'passiveOnly' && !isPassive,
    'a passive copy, and active only': request.copyPreference === 'activeOnly' && isPassive,
    'the active copy for a further backup': copyNumber > 1 && !isPassive,
  };
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [`${database.name} on ${id}: ${what}`] : []));
}

function hasFull(database: DatabaseView, copy: CopyView): boolean {
  if (database.lastFullBackupAt === null) return false;
  return copy.role === 'active' || copy.latestFullBackupAt === database.lastFullBackupAt;
}

/** Each database is accounted for, in one way, and its backups are apart. */
function databaseViolations(
  { members, request }: AnyWorld,
  { guid, name, lastFullBackupAt }: DatabaseView,
  claims: readonly Claim[],
  excluded: ReadonlySet<string>,
): readonly string[] {
  const own = claims.filter(({ databaseGuid }) => databaseGuid === guid);
  const starts = own.filter((claim): claim is Start => claim.kind === 'placed');
  const sites = starts.map(({ member }) => members.find(({ id }) => id === member)?.site ?? null);
  const isNotNeeded = own.some(({ kind }) => kind === 'notNeeded');
  const sinceMs = NOW_MS - Date.parse(lastFullBackupAt ?? '1970-01-01T00:00:00Z');
  const wrong: Readonly<Record<string, boolean>> = {
    'not accounted for': own.length === 0 && !excluded.has(guid),
    'accounted for twice': own.length > 0 && excluded.has(guid),
    'not needed, and planned': isNotNeeded && own.length > 1,
    'not needed without proof': isNotNeeded && request.backupType === 'full' && sinceMs > (request.minIntervalMs ?? 0),
    'more backups than wanted': starts.length > (request.copiesPerDatabase ?? 1),
    'two backups on one member': new Set(starts.map(({ member }) => member)).size < starts.length,
    'two backups in one site': request.spread === 'site' && new Set(sites).size < sites.length,
    'two backups at once': starts.some((start) => atOnce(starts, start) > 1),
  };
  return Object.entries(wrong).flatMap(([what, is]) => (is ? [`${name}: ${what}`] : []));
}

function memberViolations({ streams, startGapMs }: AnyWorld, id: string, all: readonly Start[]): readonly string[] {
  const starts = all.filter(({ member }) => member === id).toSorted((a, b) => a.startMs - b.startMs);
  const isCrowded = starts.some((start) => atOnce(starts, start) > (streams.get(id) ?? 0));
  const isClose = starts.some(
    ({ startMs }, at) => at > 0 && startMs - starts[at - 1].startMs < startGapMs - ROUNDING_MS,
  );
  return [
    ...(isCrowded ? [`${id}: more at once than it may`] : []),
    ...(isClose ? [`${id}: starts too close together`] : []),
  ];
}

function atOnce(starts: readonly Start[], { startMs }: Start): number {
  return starts.filter((each) => each.startMs <= startMs + ROUNDING_MS && startMs + ROUNDING_MS < each.endMs).length;
}
