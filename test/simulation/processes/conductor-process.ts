import type {
  BackupRequest,
  BackupView,
  Heartbeat,
  InventorySnapshot,
  LeaseReply,
  LimitsChangeRequest,
  MemberDrainRequest,
  MemberResumeRequest,
  RestoreRequest,
} from '#contracts';
import { Collector } from '../../../apps/conductor/src/application/collector.js';
import { Conductor } from '../../../apps/conductor/src/application/conductor.js';
import type { Commit, Log } from '../../../apps/conductor/src/application/ports.js';
import type { Settings } from '../../../apps/conductor/src/domain/settings.js';
import type { InventoryFact } from '../../../apps/inventory/src/domain/facts.js';
import { observationOf } from '../../../apps/conductor/src/restore/observation.js';
import type { AttemptMessage } from '../../../apps/node-agent/src/domain/attempt-messages.js';
import type { StepMessage } from '../../../apps/node-agent/src/domain/restore/work.js';
import type { Delivered, Network, Queue } from '../surroundings/broker.js';
import { SimElection, type SimLeadership } from '../surroundings/leadership.js';
import { SimOutboxSender } from '../surroundings/outbox.js';
import type { SimProcess } from '../surroundings/process.js';
import { SimRunStore, type RunData, type AgentOrder } from '../surroundings/stores.js';
import { repeat } from './repeat.js';

/** What the conductor's inbox carries. */
export type ConductorMessage =
  | { readonly kind: 'attempt'; readonly message: AttemptMessage }
  | { readonly kind: 'fact'; readonly fact: InventoryFact }
  | { readonly kind: 'request'; readonly request: BackupRequest; readonly runId: string }
  | { readonly kind: 'step'; readonly message: StepMessage }
  | { readonly kind: 'restore'; readonly request: RestoreRequest; readonly runId: string }
  | { readonly kind: 'cancel'; readonly requestId: string }
  | { readonly kind: 'limits'; readonly request: LimitsChangeRequest }
  | { readonly kind: 'drain'; readonly request: MemberDrainRequest }
  | { readonly kind: 'resume'; readonly request: MemberResumeRequest };

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
    const { process, data, isOneOfSeveral } = this.around;
    if (!isOneOfSeveral) return this.act(null);
    const end = (): void => {
      process.note(() => `${process.name} finds that another leads, and ends`);
      process.kill(RESTARTED_AFTER_MS);
    };
    new SimElection(data.leader, process, end).start((leadership) => {
      process.note(() => `${process.name} leads, epoch ${leadership.epoch}`);
      this.act(leadership);
    });
  }

  private act(leadership: SimLeadership | null): void {
    const { process, data, settings, network, agentQueues, breakIt } = this.around;
    const mayAct = leadership ? () => leadership.mayAct() : undefined;
    const send = (member: string, order: Delivered<AgentOrder>): Promise<void> => {
      const queue = agentQueues.get(member);
      if (!queue) throw new Error(`no queue for ${member}`);
      return network.publish(process, queue, order);
    };
    const sender = new SimOutboxSender(data.outbox, process, send, mayAct);
    const conductor = new Conductor({
      store: new SimRunStore(data, process, this.around.onCommit, leadership?.epoch ?? null),
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
    const { process, inbox, tickMs } = this.around;
    await conductor.start();
    await collector.refresh(conductor);
    sender.wake();
    // Time decides nothing while another may lead.
    repeat(process, tickMs, () => (mayAct?.() === false ? Promise.resolve() : conductor.tick()));
    repeat(process, REFRESH_MS, () => collector.refresh(conductor));
    repeat(process, REBALANCE_MS, () => conductor.rebalance());
    this.current = conductor;
    inbox.consume(process, (message, handOn) => this.handle(conductor, message, handOn));
  }

  private handle(conductor: Conductor, { id, body }: Delivered<ConductorMessage>, handOn: () => void): Promise<void> {
    const message = this.around.breakMessage?.(body, conductor) ?? body;
    switch (message.kind) {
      case 'attempt':
        return handedOn(attempt(conductor, message.message, id), handOn);
      case 'step':
        return handedOn(step(conductor, message.message, id), handOn);
      case 'restore':
        return this.requestRestore(conductor, message.request, message.runId, id);
      case 'fact':
        return handedOn(fact(conductor, message.fact, id), handOn);
      case 'request':
        return this.request(conductor, message.request, message.runId, id);
      case 'cancel': {
        const runId = conductor.runIdOf(message.requestId);
        return runId === undefined
          ? Promise.resolve()
          : conductor.handle({ type: 'CancelRequested', runId, requestedBy: 'operator' }, id);
      }
      case 'limits':
        return conductor.handle({ type: 'LimitsChangeRequested', requestId: id, request: message.request }, id);
      case 'drain':
        return conductor.handle({ type: 'MemberDrainRequested', requestId: id, request: message.request }, id);
      case 'resume':
        return conductor.handle({ type: 'MemberResumeRequested', requestId: id, request: message.request }, id);
      default: {
        const unknown: never = message;
        throw new Error(`unknown message ${JSON.stringify(unknown)}`);
      }
    }
  }

  private async request(conductor: Conductor, request: BackupRequest, runId: string, id: string): Promise<void> {
    const requestId = request.requestId ?? id;
    const known =
      conductor.runIdOf(requestId) ?? [...this.around.data.runs.values()].find((run) => run.requestId === requestId);
    if (known !== undefined) return;
    await conductor.handle({ type: 'BackupRequested', runId, requestId, request }, id);
  }

  private async requestRestore(
    conductor: Conductor,
    request: RestoreRequest,
    runId: string,
    id: string,
  ): Promise<void> {
    const requestId = request.requestId ?? id;
    const known =
      conductor.runIdOf(requestId) ?? [...this.around.data.runs.values()].find((run) => run.requestId === requestId);
    if (known !== undefined) return;
    await conductor.handle({ type: 'RestoreRequested', runId, requestId, request }, id);
  }
}

function step(conductor: Conductor, message: StepMessage, id: string): Promise<void> {
  const { stepId, memberId: member } = message.data;
  switch (message.kind) {
    case 'stepAccepted':
      return conductor.handle({ type: 'RestoreStepAccepted', stepId, member }, id);
    case 'stepEnded': {
      const { outcome, bytes, changed, wrote, failure, database } = message.data;
      const input = {
        type: 'RestoreStepEnded',
        stepId,
        member,
        outcome,
        bytes,
        ...(changed === undefined ? {} : { changed }),
        ...(wrote === undefined ? {} : { wrote }),
        ...(failure ? { failure } : {}),
        ...(database ? { observed: observationOf(database) } : {}),
      } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    default: {
      const unknown: never = message;
      throw new Error(`unknown message ${JSON.stringify(unknown)}`);
    }
  }
}

/** As the controllers do: what has its place in the conductor's own order lets the next message begin. */
function handedOn(work: Promise<void>, handOn: () => void): Promise<void> {
  handOn();
  return work;
}

function attempt(conductor: Conductor, message: AttemptMessage, id: string): Promise<void> {
  const { attemptId, memberId: member } = message.data;
  switch (message.kind) {
    case 'accepted':
      return conductor.handle({ type: 'AttemptAccepted', attemptId, member }, id);
    case 'started':
      return conductor.handle({ type: 'AttemptStarted', attemptId, member }, id);
    case 'refused': {
      const { failure, database } = message.data;
      const input = { type: 'AttemptEnded', attemptId, member, outcome: 'refused', bytes: '0', failure } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    case 'ended': {
      const { outcome, bytes, failure, evidence, database } = message.data;
      const input = {
        type: 'AttemptEnded',
        attemptId,
        member,
        outcome,
        bytes,
        ...(failure ? { failure } : {}),
        ...(evidence ? { evidence } : {}),
      } as const;
      return conductor.attemptReported(input, database, member, id);
    }
    default: {
      const unknown: never = message;
      throw new Error(`unknown message ${JSON.stringify(unknown)}`);
    }
  }
}

function fact(conductor: Conductor, told: InventoryFact, id: string): Promise<void> {
  switch (told.kind) {
    case 'databaseFailedOver': {
      const { database, fromMember, toMember, category } = told.move;
      const input = { type: 'DatabaseMoved', databaseGuid: database.guid, fromMember, toMember, category } as const;
      return conductor.databaseChanged(database, input, id);
    }
    case 'databaseChanged': {
      const { database } = told;
      return conductor.databaseChanged(database, { type: 'DatabaseChanged', databaseGuid: database.guid }, id);
    }
    case 'memberChanged':
      return conductor.memberChanged(told.member, id);
    default: {
      const unknown: never = told;
      throw new Error(`unknown fact ${JSON.stringify(unknown)}`);
    }
  }
}
