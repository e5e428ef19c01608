import type { BackupView, Heartbeat, InventorySnapshot, LeaseReply } from '#contracts';
import { Collector } from '../../../apps/conductor/src/application/collector.js';
import { Conductor } from '../../../apps/conductor/src/application/conductor.js';
import type { Commit, Log } from '../../../apps/conductor/src/application/ports.js';
import type { Settings } from '../../../apps/conductor/src/domain/settings.js';
import type { Delivered, Network, Queue } from '../surroundings/broker.js';
import { SimElection, type SimLeadership } from '../surroundings/leadership.js';
import { SimOutboxSender } from '../surroundings/outbox.js';
import type { SimProcess } from '../surroundings/process.js';
import { SimRunStore, type RunData, type AgentOrder } from '../surroundings/stores.js';
import { handle, type ConductorMessage } from './conductor-inbox.js';
import { repeat } from './repeat.js';

export interface ConductorSurroundings {
  readonly process: SimProcess;
  readonly network: Network;
  readonly inbox: Queue<ConductorMessage>;
  readonly agentQueues: ReadonlyMap<string, Queue<AgentOrder>>;
  readonly settings: Settings;
  readonly tickMs: number;
  askInventory(query: { maxAgeMs?: number; waitMs?: number }, timeoutMs: number): Promise<InventorySnapshot>;
  /** The catalogue. */
  backups(): readonly BackupView[];
  /** The database; shared by all conductors that have it open. */
  readonly data: RunData;
  /** True where another conductor may take over: who acts is then decided in the database. */
  readonly isOneOfSeveral: boolean;
  onCommit(commit: Commit): void;
  /** For broken variants: the database takes what a deposed conductor stores, and does not tell it that another leads. */
  readonly isEpochUnchecked?: boolean;
  /** For broken variants: changes the instance, or what reaches it. */
  readonly breakIt?: (conductor: Conductor) => void;
  readonly breakMessage?: (message: ConductorMessage, conductor: Conductor) => ConductorMessage;
}

const ANSWER_MARGIN_MS = 5_000;
const REFRESH_MS = 30_000;
const REBALANCE_MS = 5_000;
/** A clock of its own, some minutes off everybody else's. */
export const EPOCH_MS = Date.parse('2026-02-01T20:03:00Z');

/** What a service manager waits before it starts a failed service again. */
const RESTARTED_AFTER_MS = 5_000;

const SILENT: Log = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** The production conductor on simulated surroundings: what its runtime and controllers do, without Nest and AMQP. */
export class ConductorProcess {
  /** The instance of the present life, also while it is still starting. */
  newest: Conductor | null = null;
  private current: Conductor | null = null;

  constructor(private readonly around: ConductorSurroundings) {}

  /** Begins one life of the process. */
  begin(): void {
    const { process, data, isOneOfSeveral, isEpochUnchecked } = this.around;
    if (!isOneOfSeveral) return this.act(null);
    const end = (): void => {
      if (isEpochUnchecked) return;
      process.note(() => `${process.name} finds that another leads, and ends`);
      process.kill(RESTARTED_AFTER_MS);
    };
    new SimElection(data.leader, process, end).start((leadership) => {
      process.note(() => `${process.name} leads, epoch ${leadership.epoch}`);
      this.act(leadership);
    });
  }

  private act(leadership: SimLeadership | null): void {
    const { process, data, settings, network, agentQueues, breakIt, isEpochUnchecked } = this.around;
    const mayAct = leadership ? () => leadership.mayAct() : undefined;
    const send = (member: string, order: Delivered<AgentOrder>): Promise<void> => {
      const queue = agentQueues.get(member);
      if (!queue) throw new Error(`no queue for ${member}`);
      return network.publish(process, queue, order);
    };
    const sender = new SimOutboxSender(data.outbox, process, send, mayAct);
    const conductor = new Conductor({
      store: new SimRunStore(data, process, this.around.onCommit, leadership?.epoch ?? null, !isEpochUnchecked),
      clock: { nowMs: () => EPOCH_MS + process.schedule.nowMs },
      settings,
      source: '/conductor/sim',
      log: SILENT,
      onCommitted: () => sender.wake(),
      onCollect: (runId) => void collector.collect(conductor, runId),
      ...(mayAct ? { mayAct } : {}),
    });
    this.newest = conductor;
    breakIt?.(conductor);
    const collector = new Collector({
      inventory: {
        snapshot: (query) => this.around.askInventory(query, (query.waitMs ?? 0) + ANSWER_MARGIN_MS),
        backups: () => process.call(() => this.around.backups()),
      },
      log: SILENT,
      maxAgeMs: 10_000,
      waitMs: 3_000,
      triesMax: 3,
    });
    const { life } = process;
    this.run(conductor, collector, sender, mayAct).catch(() => {
      // A service that cannot start ends, and its service manager starts it again.
      if (process.life === life) process.kill(RESTARTED_AFTER_MS);
    });
  }

  get process(): SimProcess {
    return this.around.process;
  }

  get isListening(): boolean {
    return this.current !== null;
  }

  end(): void {
    this.current = null;
    this.around.inbox.detach(this.around.process);
  }

  /** The controller of heartbeats; rejects while no conductor listens. */
  async heartbeat({ memberId, sequence, attempts }: Heartbeat): Promise<LeaseReply> {
    const { current } = this;
    if (!current) throw new Error('no conductor listens');
    const { epoch, granted, isLeading } = await current.heartbeat(memberId, attempts);
    return {
      sequence,
      epoch,
      grants: !isLeading
        ? []
        : attempts.map(({ attemptId }) => ({ attemptId, verdict: granted.has(attemptId) ? 'granted' : 'stale' })),
    };
  }

  private async run(
    conductor: Conductor,
    collector: Collector,
    sender: SimOutboxSender<AgentOrder>,
    mayAct: (() => boolean) | undefined,
  ): Promise<void> {
    const { process, inbox, tickMs, breakMessage } = this.around;
    await conductor.start();
    await collector.refresh(conductor);
    sender.wake();
    // Time decides nothing while another may lead.
    repeat(process, tickMs, () => (mayAct?.() === false ? Promise.resolve() : conductor.tick()));
    repeat(process, REFRESH_MS, () => collector.refresh(conductor));
    repeat(process, REBALANCE_MS, () => conductor.rebalance());
    this.current = conductor;
    inbox.consume(process, ({ id, body }, handOn) => {
      const message = breakMessage?.(body, conductor) ?? body;
      return handle(conductor, message, id, (requestId) => this.isKnown(conductor, requestId), handOn);
    });
  }
  private isKnown(conductor: Conductor, requestId: string): boolean {
    if (conductor.standing.runIdOf(requestId) !== undefined) return true;
    return [...this.around.data.runs.values()].some((run) => run.requestId === requestId);
  }
}
