import type { CopyView, DagView, DatabaseView, MaintenanceView, MemberView, RunSummary } from '#contracts';

/** As the live view sends them: with the moment of an observation instead of its age. */
export type LiveCopy = Omit<CopyView, 'ageMs'> & { readonly observedAt: string };
export type LiveDatabase = Omit<DatabaseView, 'copies'> & { readonly copies: readonly LiveCopy[] };
export type LiveMember = Omit<MemberView, 'agent'> & {
  readonly agent: Omit<MemberView['agent'], 'reportAgeMs'> & { readonly reportedAt: string | null };
};

export interface Overview {
  readonly dags: readonly DagView[];
  readonly members: readonly LiveMember[];
  readonly databases: readonly LiveDatabase[];
  readonly runs: readonly RunSummary[];
  /** Limits and drained members; null while no conductor has told. */
  readonly maintenance: MaintenanceView | null;
}

export interface OverviewChange {
  readonly dags?: readonly DagView[];
  readonly members: readonly LiveMember[];
  readonly databases: readonly LiveDatabase[];
  readonly goneMembers: readonly string[];
  readonly goneDatabases: readonly string[];
}

export function withChange(overview: Overview, change: OverviewChange): Overview {
  return {
    ...overview,
    dags: change.dags ?? overview.dags,
    members: merged(overview.members, change.members, change.goneMembers, ({ id }) => id),
    databases: merged(overview.databases, change.databases, change.goneDatabases, ({ guid }) => guid),
  };
}

function merged<Item>(
  before: readonly Item[],
  changed: readonly Item[],
  gone: readonly string[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const items = new Map(before.map((item) => [keyOf(item), item]));
  for (const key of gone) items.delete(key);
  for (const item of changed) items.set(keyOf(item), item);
  return [...items.values()];
}
