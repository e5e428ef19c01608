import type {
  DatabaseMoveObservation,
  InventorySnapshot,
  NodeReport,
  ReportedCopy,
  ReportedDatabase,
} from '#contracts';
import type { InventoryFact } from '../domain/facts.js';
import { Inventory, type Step } from '../domain/inventory.js';
import { DEFAULT_SETTINGS, emptyState, type InventorySettings, type InventoryState } from '../domain/state.js';

/** An arbitrary moment. */
export const START_MS = Date.parse('2026-01-31T22:00:00.000Z');
export const DB1 = '11111111-1111-4111-8111-111111111111';
export const DB2 = '22222222-2222-4222-8222-222222222222';

export function copy(member: string, override: Partial<ReportedCopy> = {}): ReportedCopy {
  return {
    member,
    active: false,
    status: 'Healthy',
    activationPreference: 1,
    replayLagMs: 0,
    copyQueueLength: '0',
    replayQueueLength: '0',
    latestFullBackupAt: null,
    suspendComment: null,
    volume: null,
    ...override,
  };
}

/** A database mounted on its active member, with healthy copies on the others. */
export function database(
  active: string | null,
  holders: readonly string[],
  override: Partial<ReportedDatabase> = {},
): ReportedDatabase {
  return {
    guid: DB1,
    name: 'DB1',
    recovery: false,
    publicFolder: false,
    activeMember: active,
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: '1000',
    lastFullBackupAt: null,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: holders.map((member) => copy(member, member === active ? { active: true, status: 'Mounted' } : {})),
    ...override,
  };
}

export function instanceOf(member: string, start = 1): string {
  const digits = [...member].map((letter) => (letter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')).join('');
  return `${String(start).padStart(8, '0')}-0000-4000-8000-${digits.padStart(12, '0').slice(-12)}`;
}

export function report(
  memberId: string,
  sequence: number,
  databases: readonly ReportedDatabase[],
  override: Partial<NodeReport> = {},
): NodeReport {
  return {
    memberId,
    memberName: memberId.toUpperCase(),
    fqdn: null,
    site: null,
    storageServer: null,
    exchangeVersion: null,
    dag: { name: 'DAG1', members: ['EX01', 'EX02', 'EX03'] },
    client: { installed: true, version: '8.1' },
    agentVersion: '1.0',
    agentInstanceId: instanceOf(memberId),
    sequence,
    databases,
    warnings: [],
    ...override,
  };
}

export function move(
  memberId: string,
  sequence: number,
  moved: ReportedDatabase,
  override: Partial<DatabaseMoveObservation> = {},
): DatabaseMoveObservation {
  return {
    memberId,
    agentInstanceId: instanceOf(memberId),
    sequence,
    category: 'failover',
    database: moved,
    ...override,
  };
}

/** An inventory told one thing after another, with a clock that moves only when told to. */
export class Told {
  nowMs = START_MS;
  state: InventoryState;
  /** Facts of the last thing told. */
  facts: readonly InventoryFact[] = [];
  private readonly inventory: Inventory;

  constructor(settings: InventorySettings = DEFAULT_SETTINGS) {
    this.inventory = new Inventory(settings);
    this.state = emptyState(this.nowMs);
  }

  report(...arguments_: Parameters<typeof report>): this {
    return this.take(this.inventory.merge(this.state, report(...arguments_), this.nowMs));
  }

  move(...arguments_: Parameters<typeof move>): this {
    return this.take(this.inventory.observeMove(this.state, move(...arguments_), this.nowMs));
  }

  heartbeat(memberId: string): this {
    return this.take(this.inventory.hear(this.state, { memberId }, this.nowMs));
  }

  /** Time goes by, with the signs of life of these members every second. */
  after(elapsedMs: number, alive: readonly string[] = []): this {
    const endMs = this.nowMs + elapsedMs;
    const facts: InventoryFact[] = [];
    while (this.nowMs < endMs) {
      this.nowMs = Math.min(endMs, this.nowMs + 1_000);
      for (const member of alive) facts.push(...this.heartbeat(member).facts);
      facts.push(...this.take(this.inventory.tick(this.state, this.nowMs)).facts);
    }
    this.facts = facts;
    return this;
  }

  view(): InventorySnapshot {
    return this.inventory.view(this.state, this.nowMs);
  }

  database(guid = DB1): InventorySnapshot['databases'][number] {
    const found = this.view().databases.find((each) => each.guid === guid);
    if (!found) throw new Error(`the inventory does not list database ${guid}`);
    return found;
  }

  member(id: string): InventorySnapshot['members'][number] {
    const found = this.view().members.find((each) => each.id === id);
    if (!found) throw new Error(`the inventory does not list member ${id}`);
    return found;
  }

  /** Facts in a short form: `failedOver DB1 ex01>ex02 failover`, `changed DB1`, `ex03 lost`. */
  told(): readonly string[] {
    return this.facts.map(factInShort);
  }

  private take({ state, facts }: Step): this {
    this.state = state;
    this.facts = facts;
    return this;
  }
}

function factInShort(fact: InventoryFact): string {
  switch (fact.kind) {
    case 'databaseFailedOver':
      return `failedOver ${fact.move.database.name} ${fact.move.fromMember ?? '?'}>${fact.move.toMember} ${fact.move.category}`;
    case 'databaseChanged':
      return `changed ${fact.database.name}`;
    case 'memberChanged':
      return `${fact.member.id} ${fact.change}`;
    default: {
      const unknown: never = fact;
      throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
    }
  }
}
