import type { Change, InventoryStore } from '../../../apps/inventory/src/application/ports.js';
import type { InventoryFact } from '../../../apps/inventory/src/domain/facts.js';
import { emptyState, type InventoryState } from '../../../apps/inventory/src/domain/state.js';
import type { MaintenanceEvent } from '../../../apps/conductor/src/domain/maintenance/maintenance.events.js';
import type { Commit, RecordedEvent, RunRecord, RunStore } from '../../../apps/conductor/src/application/ports.js';
import { isRestoreEvent, type ConductorEvent } from '../../../apps/conductor/src/domain/conductor.events.js';
import { rateKey, type LearnedRate, type Throughput } from '../../../apps/conductor/src/planning/assignment/index.js';
import type { RunEvent } from '../../../apps/conductor/src/domain/run.events.js';
import type { RunState } from '../../../apps/conductor/src/domain/run.state.js';
import { replay } from '../../../apps/conductor/src/domain/views.js';
import { replayRestore } from '../../../apps/conductor/src/restore/restore-views.js';
import type { RestoreRunState } from '../../../apps/conductor/src/restore/restore.state.js';
import {
  AttemptDescriptionOrdered,
  BackupStartOrdered,
  BackupStopOrdered,
  RestoreStepDescriptionOrdered,
  RestoreStepOrdered,
  RestoreStepStopOrdered,
  type DescribeAttempt,
  type DescribeRestoreStep,
  type OrderRestoreStep,
  type StartBackup,
  type StopBackup,
  type StopRestoreStep,
} from '#contracts';
import type { LeaderRow } from './leadership.js';
import { OutboxData } from './outbox.js';
import type { SimProcess } from './process.js';

/** What an agent's queue carries. */
export type AgentOrder =
  | { readonly kind: 'start'; readonly command: StartBackup }
  | { readonly kind: 'stop'; readonly order: StopBackup }
  | { readonly kind: 'describe'; readonly order: DescribeAttempt }
  | { readonly kind: 'step'; readonly order: OrderRestoreStep }
  | { readonly kind: 'stopStep'; readonly order: StopRestoreStep }
  | { readonly kind: 'describeStep'; readonly order: DescribeRestoreStep }
  | { readonly kind: 'report' };

/** The conductor's database: what was committed, and nothing else. */
export class RunData {
  readonly seen = new Set<string>();
  readonly events = new Map<string, ConductorEvent[]>();
  readonly runs = new Map<string, RunRecord>();
  readonly maintenance: MaintenanceEvent[] = [];
  readonly outbox = new OutboxData<AgentOrder>();
  epoch = 0;
  readonly rates = new Map<string, LearnedRate>();
  /** Where several conductors share the database. */
  readonly leader: LeaderRow = { epoch: 0, renewedAtMs: Number.NEGATIVE_INFINITY, holder: null };
  private readonly folded = new Map<string, { readonly version: number; readonly run: RunState | RestoreRunState }>();

  /** The runs as their histories tell of them. */
  all(): readonly (RunState | RestoreRunState)[] {
    return [...this.runs.values()].flatMap(({ runId, version }) => {
      const known = this.folded.get(runId);
      if (known?.version === version) return [known.run];
      const events = this.events.get(runId) ?? [];
      const run = events.some(isRestoreEvent)
        ? replayRestore(events.filter(isRestoreEvent))
        : replay(events.filter((event): event is RunEvent => !isRestoreEvent(event)));
      if (!run) return [];
      this.folded.set(runId, { version, run });
      return [run];
    });
  }
}

const REFUSED = 'the disk is full';

/** The conductor's store over that data, in one life of its process. A refused or interrupted write leaves nothing. */
export class SimRunStore implements RunStore {
  constructor(
    private readonly data: RunData,
    private readonly process: SimProcess,
    private readonly onCommit: (commit: Commit) => void,
    /** The epoch that this process leads under, where there are several. */
    private readonly epoch: number | null,
    /** Each transaction counts only while no other leads. */
    private readonly isFenced: boolean,
  ) {}

  beginEpoch(): Promise<number> {
    return this.epoch === null ? this.process.call(() => ++this.data.epoch) : Promise.resolve(this.epoch);
  }

  loadUnfinished(): Promise<readonly ConductorEvent[]> {
    return this.process.call(() =>
      [...this.data.runs.values()]
        .filter((run) => !run.isClosed)
        .flatMap((run) => this.data.events.get(run.runId) ?? []),
    );
  }

  loadMaintenance(): Promise<readonly MaintenanceEvent[]> {
    return this.process.call(() => [...this.data.maintenance]);
  }

  commit(commit: Commit): Promise<boolean> {
    return this.process.call(() => this.write(commit));
  }

  loadThroughput(): Promise<Throughput> {
    return this.process.call(() => new Map(this.data.rates));
  }

  runIdOf(requestId: string): Promise<string | undefined> {
    return this.process.call(() => [...this.data.runs.values()].find((run) => run.requestId === requestId)?.runId);
  }

  events(runId: string, afterSequence: number, limit: number): Promise<readonly RecordedEvent[]> {
    return this.process.call(() =>
      (this.data.events.get(runId) ?? [])
        .map((event, index) => ({ sequence: index + 1, event }))
        .slice(afterSequence, afterSequence + limit),
    );
  }

  allEvents(runId: string): Promise<readonly ConductorEvent[]> {
    return this.process.call(() => [...(this.data.events.get(runId) ?? [])]);
  }

  latestRunIds(limit: number): Promise<readonly string[]> {
    return this.process.call(() => [...this.data.runs.keys()].toReversed().slice(0, limit));
  }

  private write(commit: Commit): boolean {
    if (this.process.refusesWrites) throw new Error(REFUSED);
    const { data } = this;
    if (this.isFenced && this.epoch !== null && data.leader.epoch !== this.epoch)
      throw new Error(`epoch ${this.epoch} has ended, ${data.leader.epoch} leads`);
    const { messageIds } = commit;
    if (new Set(messageIds).size < messageIds.length || messageIds.some((id) => data.seen.has(id))) return false;
    for (const { sequence, event } of commit.events) {
      const history = data.events.get(event.runId) ?? [];
      if (sequence !== history.length + 1)
        throw new Error(`run ${event.runId} has ${history.length} events, and event ${sequence} was to be added`);
      history.push(event);
      data.events.set(event.runId, history);
    }
    for (const { sequence, event } of commit.maintenance) {
      if (sequence !== data.maintenance.length + 1)
        throw new Error(`change ${sequence} of what is in force came twice`);
      data.maintenance.push(event);
    }
    for (const id of messageIds) data.seen.add(id);
    for (const rate of commit.learned) data.rates.set(rateKey(rate.member, rate.backupType), rate);
    for (const run of commit.runs) data.runs.set(run.runId, run);
    for (const { member, message } of commit.commands) {
      data.outbox.add(member, { id: message.id, body: orderOf(message.envelope.type, message.envelope.data) });
    }
    this.onCommit(commit);
    return true;
  }
}

/** Our own messages, as the conductor made them: the wire's validation is tested elsewhere. */
function orderOf(type: string, data: unknown): AgentOrder {
  switch (type) {
    case BackupStartOrdered.type:
      return { kind: 'start', command: data as StartBackup };
    case BackupStopOrdered.type:
      return { kind: 'stop', order: data as StopBackup };
    case AttemptDescriptionOrdered.type:
      return { kind: 'describe', order: data as DescribeAttempt };
    case RestoreStepOrdered.type:
      return { kind: 'step', order: data as OrderRestoreStep };
    case RestoreStepStopOrdered.type:
      return { kind: 'stopStep', order: data as StopRestoreStep };
    case RestoreStepDescriptionOrdered.type:
      return { kind: 'describeStep', order: data as DescribeRestoreStep };
    default:
      throw new Error(`no agent takes ${type}`);
  }
}

/** The inventory's database. */
export class InventoryData {
  readonly seen = new Set<string>();
  readonly outbox = new OutboxData<InventoryFact>();
  state: InventoryState | null = null;
  facts = 0;
}

export class SimInventoryStore implements InventoryStore {
  constructor(
    private readonly data: InventoryData,
    private readonly process: SimProcess,
    private readonly onCommitted: () => void,
  ) {}

  /** Who was heard when is not stored: that must come from the agents themselves. */
  load(nowMs: number): Promise<InventoryState> {
    const { records, databases, members } = this.data.state ?? emptyState(nowMs);
    return this.process.call(() => ({ ...emptyState(nowMs), records, databases, members }));
  }

  async commit(change: Change): Promise<'committed' | 'seenBefore'> {
    const outcome = await this.process.call(() => this.write(change), 2);
    if (change.facts.length > 0) this.onCommitted();
    return outcome;
  }

  private write({ messageId, after, facts }: Change): 'committed' | 'seenBefore' {
    if (this.process.refusesWrites) throw new Error(REFUSED);
    const { data } = this;
    if (messageId !== undefined && data.seen.has(messageId)) return 'seenBefore';
    if (messageId !== undefined) data.seen.add(messageId);
    data.state = after;
    for (const fact of facts) data.outbox.add(orderingKeyOf(fact), { id: `fact-${++data.facts}`, body: fact });
    return 'committed';
  }
}

function orderingKeyOf(fact: InventoryFact): string {
  switch (fact.kind) {
    case 'databaseFailedOver':
      return fact.move.database.guid;
    case 'databaseChanged':
      return fact.database.guid;
    case 'memberChanged':
      return fact.member.id;
    default: {
      const unknown: never = fact;
      throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
    }
  }
}
