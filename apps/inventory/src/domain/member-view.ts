import { COPIES_MAX, dagIdOf, memberIdOf, type DagView, type MemberView } from '#contracts';
import { ageMs, agentState, type FreshRecords } from './freshness.js';
import type { InventorySettings, InventoryState, MemberRecord } from './state.js';

/** A member or a DAG as a report of another member names it. */
interface NamedDag {
  readonly id: string;
  readonly name: string;
  readonly memberNames: ReadonlyMap<string, string>;
  readonly fresh: boolean;
  readonly receivedAtMs: number;
}

/** Who is a member of what, by everybody's reports together. Made once for each look at the whole. */
export class Membership {
  /** Newest first. */
  private readonly named: readonly NamedDag[];

  constructor(
    private readonly state: InventoryState,
    private readonly fresh: FreshRecords,
  ) {
    this.named = [...state.records.values()]
      .flatMap((record) => namedDag(record, fresh.has(record.memberId)))
      .toSorted((a, b) => b.receivedAtMs - a.receivedAtMs || a.id.localeCompare(b.id));
  }

  /** Every member known at all: those with an agent, those a DAG names, those that hold a copy. */
  memberIds(): readonly string[] {
    const ids = new Set<string>([...this.state.records.keys(), ...this.state.heardAtMs.keys()]);
    for (const dag of this.named) if (this.counts(dag)) for (const id of dag.memberNames.keys()) ids.add(id);
    for (const record of this.state.records.values()) {
      for (const { database } of record.observations.values()) for (const copy of database.copies) ids.add(copy.member);
    }
    return [...ids].filter((id) => id !== '').toSorted();
  }

  /** A recent report of the member itself decides; then whether a DAG's other members name it; then what it last said. */
  readonly dagOf = (memberId: string): string | null => {
    const own = this.fresh.get(memberId)?.server;
    if (own) return own.dag ? dagIdOf(own.dag.name) : null;
    const naming = this.named.find((dag) => dag.memberNames.has(memberId) && this.counts(dag));
    if (naming) return naming.id;
    const last = this.state.records.get(memberId)?.server?.dag;
    if (!last) return null;
    const lastId = dagIdOf(last.name);
    return this.named.some((dag) => dag.id === lastId && dag.fresh) ? null : lastId;
  };

  nameOf(memberId: string): string {
    const own = this.state.records.get(memberId)?.server?.memberName;
    if (own) return own;
    for (const dag of this.named) {
      const name = dag.memberNames.get(memberId);
      if (name) return name;
    }
    return memberId;
  }

  dags(memberIds: readonly string[]): readonly DagView[] {
    const members = new Map<string, string[]>();
    for (const member of memberIds) {
      const dag = this.dagOf(member);
      if (dag !== null) members.set(dag, [...(members.get(dag) ?? []), member]);
    }
    return [...members]
      .map(([id, ids]) => ({
        id,
        name: this.named.find((dag) => dag.id === id)?.name ?? id,
        members: ids.slice(0, COPIES_MAX),
      }))
      .toSorted((a, b) => a.id.localeCompare(b.id));
  }

  /** A silent member's list of its DAG is out of date as soon as another member of the DAG reports. */
  private counts(dag: NamedDag): boolean {
    return dag.fresh || !this.named.some((other) => other.id === dag.id && other.fresh);
  }
}

function namedDag(record: MemberRecord, fresh: boolean): readonly NamedDag[] {
  const dag = record.server?.dag;
  const id = dag ? dagIdOf(dag.name) : '';
  if (!dag || id === '') return [];
  const memberNames = new Map(
    dag.members.map((name) => [memberIdOf(name), name] as const).filter(([member]) => member !== ''),
  );
  return [{ id, name: dag.name, memberNames, fresh, receivedAtMs: record.reportedAtMs ?? 0 }];
}

export function memberView(
  state: InventoryState,
  settings: InventorySettings,
  membership: Membership,
  memberId: string,
  nowMs: number,
): MemberView {
  const record = state.records.get(memberId);
  const server = record?.server ?? null;
  return {
    id: memberId,
    name: membership.nameOf(memberId),
    dag: membership.dagOf(memberId),
    site: server?.site ?? null,
    storageServer: server?.storageServer ?? null,
    exchangeVersion: server?.exchangeVersion ?? null,
    volumes: server?.volumes ?? [],
    client: {
      installed: server?.client.installed ?? null,
      version: server?.client.version ?? null,
      ...(server?.client.call ? { call: server.client.call } : {}),
    },
    agent: {
      state: agentState(state, settings, memberId, nowMs),
      version: server?.agentVersion ?? null,
      reportAgeMs: record && record.reportedAtMs !== null ? ageMs(record.reportedAtMs, nowMs) : null,
    },
    warnings: server?.warnings ?? [],
  };
}
