import type { CopyView, DagView, DatabaseView, InventorySnapshot, MemberView } from '#contracts';

/** A copy as it travels to pages: with the moment of its observation instead of an age, which would change all the time. */
export type LiveCopy = Omit<CopyView, 'ageMs'> & { readonly observedAt: string };
export type LiveDatabase = Omit<DatabaseView, 'copies'> & { readonly copies: readonly LiveCopy[] };
export type LiveMember = Omit<MemberView, 'agent'> & {
  readonly agent: Omit<MemberView['agent'], 'reportAgeMs'> & { readonly reportedAt: string | null };
};

export interface LiveOverview {
  readonly dags: readonly DagView[];
  readonly members: readonly LiveMember[];
  readonly databases: readonly LiveDatabase[];
}

/** What changed between two overviews; what is new comes as changed. */
export interface OverviewChange {
  readonly dags?: readonly DagView[];
  readonly members: readonly LiveMember[];
  readonly databases: readonly LiveDatabase[];
  readonly goneMembers: readonly string[];
  readonly goneDatabases: readonly string[];
}

/** Ages are measured anew with each snapshot; moments that differ by less than this are the same. */
const SAME_MOMENT_MS = 1_500;

export function overviewOf(snapshot: InventorySnapshot): LiveOverview {
  const takenAtMs = Date.parse(snapshot.takenAt);
  const at = (ageMs: number): string => new Date(takenAtMs - ageMs).toISOString();
  return {
    dags: snapshot.dags,
    members: snapshot.members.map((member) => {
      const { reportAgeMs, ...agent } = member.agent;
      return { ...member, agent: { ...agent, reportedAt: reportAgeMs === null ? null : at(reportAgeMs) } };
    }),
    databases: snapshot.databases.map((database) => ({
      ...database,
      copies: database.copies.map(({ ageMs, ...copy }) => ({ ...copy, observedAt: at(ageMs) })),
    })),
  };
}

/** Null where nothing changed. */
export function changeBetween(before: LiveOverview, after: LiveOverview): OverviewChange | null {
  const members = changed(before.members, after.members, ({ id }) => id);
  const databases = changed(before.databases, after.databases, ({ guid }) => guid);
  const dags = JSON.stringify(before.dags) === JSON.stringify(after.dags) ? {} : { dags: after.dags };
  const change = {
    ...dags,
    members: members.changed,
    goneMembers: members.gone,
    databases: databases.changed,
    goneDatabases: databases.gone,
  };
  const isSame = !('dags' in dags) && Object.values(change).every((list) => list.length === 0);
  return isSame ? null : change;
}

function changed<Item>(
  before: readonly Item[],
  after: readonly Item[],
  keyOf: (item: Item) => string,
): { readonly changed: readonly Item[]; readonly gone: readonly string[] } {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const keys = new Set(after.map(keyOf));
  return {
    changed: after.filter((item) => !isSame(known.get(keyOf(item)), item)),
    gone: [...known.keys()].filter((key) => !keys.has(key)),
  };
}

function isSame(left: unknown, right: unknown, name = ''): boolean {
  if (left === right) return true;
  if (typeof left === 'string' && typeof right === 'string') {
    return name.endsWith('edAt') && Math.abs(Date.parse(left) - Date.parse(right)) < SAME_MOMENT_MS;
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  const a = Object.entries(left);
  const b = right as Readonly<Record<string, unknown>>;
  return a.length === Object.keys(b).length && a.every(([key, value]) => isSame(value, b[key], key));
}
