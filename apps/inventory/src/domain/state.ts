import type { DatabaseView, MemberView, NodeReport, ReportedDatabase } from '#contracts';

/** What a report says of the server itself; its databases are kept one by one, because a move tells of one alone. */
export type ServerReport = Omit<NodeReport, 'databases' | 'agentInstanceId' | 'sequence'>;

/** A database as one member saw it, and when that arrived. All times here are the inventory's own clock. */
export interface Observation {
  readonly database: ReportedDatabase;
  readonly receivedAtMs: number;
}

/** Everything one agent has told. */
export interface MemberRecord {
  readonly memberId: string;
  readonly agentInstanceId: string;
  /** Of the newest message taken, report or move. */
  readonly sequence: number;
  /** Instances that a newer one has replaced: what arrives late from them changes nothing. Newest last. */
  readonly formerInstanceIds: readonly string[];
  /** Null: this agent has told of a move and has not yet reported. */
  readonly server: ServerReport | null;
  readonly reportedAtMs: number | null;
  readonly observations: ReadonlyMap<string, Observation>;
}

export interface LastMove {
  readonly toMember: string;
  readonly seenAtMs: number;
  /** An agent saw it happen and looked afterwards, as opposed to one that shows when two reports are compared. */
  readonly isWitnessed: boolean;
}

/** What was last derived of a database, and told. */
export interface KnownDatabase {
  readonly guid: string;
  /** Stays when nobody knows where the active copy is. */
  readonly activeMember: string | null;
  /** The last move of the active copy that was seen; what another member claimed of itself before that is out of date. */
  readonly lastMove: LastMove | null;
  readonly view: DatabaseView;
}

/** What was last derived of a member, and told. */
export interface KnownMember {
  readonly id: string;
  readonly view: MemberView;
  /** The agent's loss was told, its return was not. */
  readonly lost: boolean;
}

export interface InventoryState {
  readonly records: ReadonlyMap<string, MemberRecord>;
  /** By member; a heartbeat, a report, or a move. Not stored: after a restart each agent must be heard anew. */
  readonly heardAtMs: ReadonlyMap<string, number>;
  /** Since when this inventory listens. Nobody is called lost for what was not heard before. */
  readonly listeningSinceMs: number;
  readonly databases: ReadonlyMap<string, KnownDatabase>;
  readonly members: ReadonlyMap<string, KnownMember>;
  /** Whose own report counted as recent when facts were last derived; a change of it may change every view. */
  readonly freshMembers: ReadonlySet<string>;
}

export interface InventorySettings {
  /** An agent not heard for this long is silent. */
  readonly silentAfterMs: number;
  /** A member's own report older than this is no longer the authority on its own copies. */
  readonly reportMaxAgeMs: number;
}

export const DEFAULT_SETTINGS: InventorySettings = { silentAfterMs: 8_000, reportMaxAgeMs: 60_000 };

export function emptyState(nowMs: number): InventoryState {
  return {
    records: new Map(),
    heardAtMs: new Map(),
    listeningSinceMs: nowMs,
    databases: new Map(),
    members: new Map(),
    freshMembers: new Set(),
  };
}

export function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return new Map(map).set(key, value);
}
