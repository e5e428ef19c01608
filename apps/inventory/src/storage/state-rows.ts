import {
  emptyState,
  type InventoryState,
  type KnownDatabase,
  type KnownMember,
  type MemberRecord,
  type Observation,
} from '../domain/state.js';

export type RowKind = 'record' | 'database' | 'member';

export interface StateRow {
  readonly kind: RowKind;
  readonly key: string;
  /** JSON; null: gone. */
  readonly state: string | null;
}

type StoredRecord = Omit<MemberRecord, 'observations'> & {
  readonly observations: readonly (readonly [string, Observation])[];
};

/** The rows that differ between two states. Unchanged parts of a state are the same objects, so this compares no contents. */
export function changedRows(before: InventoryState, after: InventoryState): readonly StateRow[] {
  return [
    ...changed('record', before.records, after.records, (record) =>
      JSON.stringify({ ...record, observations: [...record.observations] }),
    ),
    ...changed('database', before.databases, after.databases, (database) => JSON.stringify(database)),
    ...changed('member', before.members, after.members, (member) => JSON.stringify(member)),
  ];
}

function changed<Value>(
  kind: RowKind,
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  write: (value: Value) => string,
): readonly StateRow[] {
  if (before === after) return [];
  const rows: StateRow[] = [];
  for (const [key, value] of after) if (before.get(key) !== value) rows.push({ kind, key, state: write(value) });
  for (const key of before.keys()) if (!after.has(key)) rows.push({ kind, key, state: null });
  return rows;
}

/** The state that rows of {@link changedRows} add up to. Nobody is heard yet: that must come from the agents themselves. */
export function stateFrom(
  rows: readonly { readonly kind: string; readonly key: string; readonly state: string }[],
  nowMs: number,
): InventoryState {
  const read = <Value>(kind: RowKind): Map<string, Value> =>
    new Map(
      rows
        .filter((row) => row.kind === kind)
        .map((row) => {
          // Only this module writes these rows, and only one process has the file; a damaged file is refused when it is opened.
          const value: Value = JSON.parse(row.state);
          return [row.key, value];
        }),
    );
  const records = new Map<string, MemberRecord>();
  for (const [key, record] of read<StoredRecord>('record'))
    records.set(key, { ...record, observations: new Map(record.observations) });
  return {
    ...emptyState(nowMs),
    records,
    databases: read<KnownDatabase>('database'),
    members: read<KnownMember>('member'),
  };
}
