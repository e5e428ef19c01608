import type { DatabaseMoveObservation, Heartbeat, InventorySnapshot, NodeReport } from '#contracts';
import { acceptMove, acceptReport } from './accept.js';
import { databaseView } from './database-view.js';
import { deriveDatabases, type SeenMove } from './derive-databases.js';
import { deriveMembers } from './derive-members.js';
import type { InventoryFact } from './facts.js';
import { freshRecords, isLost } from './freshness.js';
import { Membership, memberView } from './member-view.js';
import { inventoryFigures, type InventoryFigures } from './inventory-figures.js';
import { withEntry, type InventorySettings, type InventoryState } from './state.js';

export interface Step {
  readonly state: InventoryState;
  /** In the order in which they are to be told. */
  readonly facts: readonly InventoryFact[];
}

/** The inventory's rules. Pure: time comes in as the receipt time by the inventory's own clock, in milliseconds since 1970. */
export class Inventory {
  constructor(private readonly settings: InventorySettings) {}

  /** An agent reported everything it knows. */
  merge(state: InventoryState, report: NodeReport, nowMs: number): Step {
    const next = acceptReport(state, report, nowMs);
    return next ? this.derive(next, nowMs) : { state, facts: [] };
  }

  /** An agent saw a database move. */
  observeMove(state: InventoryState, observation: DatabaseMoveObservation, nowMs: number): Step {
    const next = acceptMove(state, observation, nowMs);
    if (!next) return { state, facts: [] };
    const { memberId, category, operationId, database } = observation;
    return this.derive(next, nowMs, {
      guid: database.guid,
      observedBy: memberId,
      category,
      ...(operationId === undefined ? {} : { operationId }),
    });
  }

  /** An agent is alive. */
  hear(state: InventoryState, heartbeat: Pick<Heartbeat, 'memberId'>, nowMs: number): Step {
    const isKnown = state.members.has(heartbeat.memberId) && state.heardAtMs.has(heartbeat.memberId);
    const next = { ...state, heardAtMs: withEntry(state.heardAtMs, heartbeat.memberId, nowMs) };
    return isKnown ? this.tick(next, nowMs) : this.derive(next, nowMs);
  }

  /** Time went by: somebody may be silent now, or a report too old. */
  tick(state: InventoryState, nowMs: number): Step {
    const fresh = freshRecords(state, this.settings, nowMs);
    const isSame =
      fresh.size === state.freshMembers.size &&
      [...fresh.keys()].every((memberId) => state.freshMembers.has(memberId)) &&
      [...state.members.values()].every((member) => member.lost === isLost(state, this.settings, member.id, nowMs));
    return isSame ? { state, facts: [] } : this.derive(state, nowMs);
  }

  view(state: InventoryState, nowMs: number, missingMembers: readonly string[] = []): InventorySnapshot {
    const fresh = freshRecords(state, this.settings, nowMs);
    const membership = new Membership(state, fresh);
    const memberIds = membership.memberIds();
    return {
      takenAt: new Date(nowMs).toISOString(),
      dags: membership.dags(memberIds),
      members: memberIds.map((id) => memberView(state, this.settings, membership, id, nowMs)),
      databases: [...state.databases.keys()]
        .toSorted()
        .flatMap((guid) => databaseView(state, fresh, membership.dagOf, guid, nowMs) ?? []),
      missingMembers,
    };
  }

  figures(state: InventoryState, nowMs: number): InventoryFigures {
    return inventoryFigures(state, this.settings, nowMs);
  }

  private derive(state: InventoryState, nowMs: number, seenMove?: SeenMove): Step {
    const fresh = freshRecords(state, this.settings, nowMs);
    const membership = new Membership(state, fresh);
    const { databases, facts: databaseFacts } = deriveDatabases(state, fresh, membership, nowMs, seenMove);
    const { members, facts: memberFacts } = deriveMembers(state, this.settings, membership, nowMs);
    return {
      state: { ...state, databases, members, freshMembers: new Set(fresh.keys()) },
      facts: [...databaseFacts, ...memberFacts],
    };
  }
}
