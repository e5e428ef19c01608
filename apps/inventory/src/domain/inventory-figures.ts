import {
  AGENT_STATES,
  COPY_STATUSES,
  DATABASE_KINDS,
  type AgentState,
  type CopyStatus,
  type DatabaseKind,
  type DatabaseView,
} from '#contracts';
import { ageMs, agentState } from './freshness.js';
import type { InventorySettings, InventoryState } from './state.js';

export interface MemberFigures {
  readonly member: string;
  /** Empty outside any DAG. */
  readonly dag: string;
  readonly agent: AgentState;
  /** Null: it has never reported. */
  readonly reportAgeMs: number | null;
  /** Null: not known. */
  readonly hasClient: boolean | null;
  /** Standing warnings of its agent. */
  readonly warnings: number;
}

/** The databases of one DAG, or those outside any. Recovery databases count by kind alone: nobody has to look at them. */
export interface DagFigures {
  /** Empty outside any DAG. */
  readonly dag: string;
  readonly kinds: ReadonlyMap<DatabaseKind, number>;
  readonly copies: ReadonlyMap<CopyStatus, number>;
  /** Nobody knows where it is active. */
  readonly withoutActiveCopy: number;
  readonly dismounted: number;
  readonly neverBackedUp: number;
  /** How long ago the last full backup was of the database where that is longest; null: there is none of any. */
  readonly oldestFullBackupAgeMs: number | null;
}

export interface InventoryFigures {
  readonly members: readonly MemberFigures[];
  readonly agents: ReadonlyMap<AgentState, number>;
  readonly dags: readonly DagFigures[];
}

/** The picture in numbers, from what was last derived and told. */
export function inventoryFigures(state: InventoryState, settings: InventorySettings, nowMs: number): InventoryFigures {
  const members = [...state.members.values()].map(({ id, view }): MemberFigures => {
    const reportedAtMs = state.records.get(id)?.reportedAtMs ?? null;
    return {
      member: id,
      dag: view.dag ?? '',
      agent: agentState(state, settings, id, nowMs),
      reportAgeMs: reportedAtMs === null ? null : ageMs(reportedAtMs, nowMs),
      hasClient: view.client.installed,
      warnings: view.warnings.length,
    };
  });
  const byDag = new Map<string, DatabaseView[]>();
  for (const { view } of state.databases.values()) {
    const dag = view.dag ?? '';
    const known = byDag.get(dag);
    if (known) known.push(view);
    else byDag.set(dag, [view]);
  }
  return {
    members,
    agents: counted(
      AGENT_STATES,
      members.map(({ agent }) => agent),
    ),
    dags: [...byDag].map(([dag, databases]) => dagFigures(dag, databases, nowMs)),
  };
}

function dagFigures(dag: string, databases: readonly DatabaseView[], nowMs: number): DagFigures {
  const watched = databases.filter(({ kind }) => kind !== 'recovery');
  const fullBackupAges = watched.flatMap(({ lastFullBackupAt }) =>
    lastFullBackupAt === null ? [] : [ageMs(Date.parse(lastFullBackupAt), nowMs)],
  );
  return {
    dag,
    kinds: counted(
      DATABASE_KINDS,
      databases.map(({ kind }) => kind),
    ),
    copies: counted(
      COPY_STATUSES,
      watched.flatMap(({ copies }) => copies.map(({ status }) => status)),
    ),
    withoutActiveCopy: watched.filter(({ activeMember }) => activeMember === null).length,
    dismounted: watched.filter(({ mounted }) => mounted === false).length,
    neverBackedUp: watched.filter(({ lastFullBackupAt }) => lastFullBackupAt === null).length,
    oldestFullBackupAgeMs: fullBackupAges.length === 0 ? null : Math.max(...fullBackupAges),
  };
}

/** How often each of the values is there, 0 among them. */
function counted<Value>(values: readonly Value[], found: readonly Value[]): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>(values.map((value) => [value, 0]));
  for (const each of found) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}
