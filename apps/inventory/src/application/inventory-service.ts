import {
  MOVE_CATEGORIES,
  displayName,
  type DatabaseMoveObservation,
  type Heartbeat,
  type InventorySnapshot,
  type NodeReport,
  type SnapshotQuery,
} from '#contracts';
import type { InventoryFact } from '../domain/facts.js';
import { ageMs } from '../domain/freshness.js';
import type { InventoryFigures } from '../domain/inventory-figures.js';
import type { Inventory, Step } from '../domain/inventory.js';
import type { InventoryState } from '../domain/state.js';
import type { Collection } from './collection.js';
import type { Clock, InventoryStore, ServiceLog } from './ports.js';
import { Serial } from './serial.js';

const DEFAULT_WAIT_MS = 5_000;

/**
 * The inventory at work: takes one message after another, stores what follows from it, and answers questions from memory.
 * Memory changes only after the store has, so a failed message finds everything as it was when it comes again.
 */
export class InventoryService {
  private readonly serial = new Serial();
  /** A commit failed: whether it was stored is not known, so the state in memory must not be built upon. */
  private isDoubtful = false;
  private applyingSinceMs: number | null = null;
  private readonly movesTold = new Map<string, number>(MOVE_CATEGORIES.map((category) => [category, 0]));

  private constructor(
    private readonly inventory: Inventory,
    private readonly store: InventoryStore,
    private readonly collection: Collection,
    private readonly clock: Clock,
    private readonly log: ServiceLog,
    private state: InventoryState,
  ) {}

  static async open(
    inventory: Inventory,
    store: InventoryStore,
    collection: Collection,
    clock: Clock,
    log: ServiceLog,
  ): Promise<InventoryService> {
    return new InventoryService(inventory, store, collection, clock, log, await store.load(clock.nowMs()));
  }

  async report(report: NodeReport, messageId: string): Promise<void> {
    await this.apply((state, nowMs) => this.inventory.merge(state, report, nowMs), messageId);
    this.collection.reported(report.memberId);
  }

  observeMove(observation: DatabaseMoveObservation, messageId: string): Promise<void> {
    return this.apply((state, nowMs) => this.inventory.observeMove(state, observation, nowMs), messageId);
  }

  hear(heartbeat: Heartbeat): Promise<void> {
    return this.apply((state, nowMs) => this.inventory.hear(state, heartbeat, nowMs));
  }

  tick(): Promise<void> {
    return this.apply((state, nowMs) => this.inventory.tick(state, nowMs));
  }

  async snapshot(query: SnapshotQuery): Promise<InventorySnapshot> {
    const missing = await this.collection.collect(
      this.outdatedMembers(query.maxAgeMs),
      query.waitMs ?? DEFAULT_WAIT_MS,
    );
    return this.inventory.view(this.state, this.clock.nowMs(), missing);
  }

  /** Waits for what is in hand. */
  close(): Promise<void> {
    return this.serial.idle();
  }

  /** Members that have, or had, an agent. */
  agents(): readonly string[] {
    return [...new Set([...this.state.records.keys(), ...this.state.heardAtMs.keys()])];
  }

  /** Unchanged databases are the same map. */
  databases(): InventoryState['databases'] {
    return this.state.databases;
  }

  /** The picture in numbers. */
  figures(): InventoryFigures {
    return this.inventory.figures(this.state, this.clock.nowMs());
  }

  /** Moves of active copies told since this inventory began to act, by category. */
  moves(): ReadonlyMap<string, number> {
    return this.movesTold;
  }

  /** For how long the change under way has been made; null: none is. */
  changingForMs(): number | null {
    return this.applyingSinceMs === null ? null : this.clock.nowMs() - this.applyingSinceMs;
  }

  /** Members with an agent whose report is older than asked for. */
  private outdatedMembers(maxAgeMs: number | undefined): readonly string[] {
    if (maxAgeMs === undefined) return [];
    const nowMs = this.clock.nowMs();
    return this.agents().filter((memberId) => {
      const reportedAtMs = this.state.records.get(memberId)?.reportedAtMs ?? null;
      return reportedAtMs === null || ageMs(reportedAtMs, nowMs) > maxAgeMs;
    });
  }

  private apply(rule: (state: InventoryState, nowMs: number) => Step, messageId?: string): Promise<void> {
    return this.serial.run(async () => {
      const nowMs = this.clock.nowMs();
      this.applyingSinceMs = nowMs;
      try {
        await this.applyNow(rule, nowMs, messageId);
      } finally {
        this.applyingSinceMs = null;
      }
    });
  }

  private async applyNow(
    rule: (state: InventoryState, nowMs: number) => Step,
    nowMs: number,
    messageId?: string,
  ): Promise<void> {
    if (this.isDoubtful) await this.reload(nowMs);
    const before = this.state;
    const { state: after, facts } = rule(before, nowMs);
    if (messageId !== undefined || facts.length > 0 || isWorthStoring(before, after)) {
      const change = { before, after, facts, nowMs, ...(messageId === undefined ? {} : { messageId }) };
      this.isDoubtful = true;
      const outcome = await this.store.commit(change);
      this.isDoubtful = false;
      if (outcome === 'seenBefore') return;
    }
    this.state = after;
    for (const fact of facts) this.tell(fact);
  }

  private tell(fact: InventoryFact): void {
    if (fact.kind === 'databaseFailedOver') {
      const { category } = fact.move;
      this.movesTold.set(category, (this.movesTold.get(category) ?? 0) + 1);
    }
    this.log.log(entryOf(fact));
  }

  /** Takes what is stored, which may hold the change whose commit failed; who was heard when is known here alone. */
  private async reload(nowMs: number): Promise<void> {
    const { records, databases, members } = await this.store.load(nowMs);
    this.state = { ...this.state, records, databases, members };
    this.isDoubtful = false;
  }
}

/** Who was heard when is not stored; the rest is. */
function isWorthStoring(before: InventoryState, after: InventoryState): boolean {
  return before.records !== after.records || before.databases !== after.databases || before.members !== after.members;
}

function entryOf(fact: InventoryFact): {
  readonly event: string;
  readonly message: string;
  readonly [detail: string]: unknown;
} {
  switch (fact.kind) {
    case 'databaseFailedOver': {
      const { database, fromMember, toMember, category, observedBy } = fact.move;
      const message = `${database.name} is now active on ${displayName(toMember)}, before on ${displayName(fromMember)}`;
      return { event: 'database.failed-over', message, database: database.guid, category, observedBy };
    }
    case 'databaseChanged': {
      const { guid, name, activeMember, mounted, copies } = fact.database;
      return {
        event: 'database.changed',
        message: `${name} changed`,
        database: guid,
        activeMember,
        mounted,
        copies: copies.length,
      };
    }
    case 'memberChanged':
      return {
        event: `member.${fact.change}`,
        message: `${fact.member.name}: ${fact.change}`,
        member: fact.member.id,
        agent: fact.member.agent.state,
      };
    default: {
      const unknown: never = fact;
      throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
    }
  }
}
