import { randomUUID } from 'node:crypto';
import { connect, type ChannelModel } from 'amqplib';
import {
  AttemptAccepted,
  AttemptEnded,
  BackupStartOrdered,
  BackupStopOrdered,
  DatabaseMoveObserved,
  HeartbeatSent,
  NodeReported,
  commandQueue,
  failure,
  type AttemptEnd,
  type Envelope,
  type ReportedDatabase,
  type StartBackup,
} from '#contracts';
import { Broker, SILENT_LOG } from '#messaging';

const HEARTBEAT_MS = 1_000;
const ORDER_LIMIT_MS = 30_000;

export interface TakenOrder {
  readonly order: StartBackup;
  readonly arrivedAtMs: number;
}

/** An agent without Exchange and without a client: it says what it is told to say, and notes when orders arrive. */
export class ScriptedAgent {
  private readonly instanceId = randomUUID();
  private sequence = 0;
  private live: StartBackup | undefined;
  private onOrder: ((taken: TakenOrder) => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  private constructor(
    readonly member: string,
    private readonly broker: Broker,
    private readonly consuming: ChannelModel,
    private readonly members: readonly string[],
  ) {}

  static async start(
    url: string,
    member: string,
    members: readonly string[],
    database: () => ReportedDatabase,
  ): Promise<ScriptedAgent> {
    const broker = Broker.open({ url, service: 'node', instance: member, log: SILENT_LOG });
    const agent = new ScriptedAgent(member, broker, await connect(url, { noDelay: true }), members);
    await agent.consume();
    agent.timer = setInterval(() => void agent.tell(database()), HEARTBEAT_MS);
    await agent.tell(database());
    return agent;
  }

  /** The next start order for this member. */
  nextOrder(): Promise<TakenOrder> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.member} got no order within ${ORDER_LIMIT_MS} ms`)),
        ORDER_LIMIT_MS,
      );
      this.onOrder = (taken) => {
        clearTimeout(timer);
        resolve(taken);
      };
    });
  }

  async accept(order: StartBackup): Promise<void> {
    this.live = order;
    await this.broker.publisher.publish(
      AttemptAccepted,
      { member: this.member },
      { ...refOf(order), memberId: this.member },
    );
    await this.beat();
  }

  async seeMove(database: ReportedDatabase): Promise<void> {
    this.sequence += 1;
    await this.broker.publisher.publish(
      DatabaseMoveObserved,
      { member: this.member },
      {
        memberId: this.member,
        agentInstanceId: this.instanceId,
        sequence: this.sequence,
        category: 'failover',
        operationId: randomUUID(),
        database,
      },
    );
  }

  async end(database: ReportedDatabase, outcome: 'succeeded' | 'failed'): Promise<void> {
    const order = this.live;
    if (!order) return;
    this.live = undefined;
    const why = { failure: failure('database.moved', 'the database moved', { retryable: true }) };
    const ended: AttemptEnd = {
      ...refOf(order),
      memberId: this.member,
      outcome,
      bytes: '1',
      durationMs: 1,
      exitCode: outcome === 'succeeded' ? 0 : 1,
      database,
      ...(outcome === 'failed' ? why : {}),
    };
    await this.broker.publisher.publish(AttemptEnded, { member: this.member }, ended);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.consuming.close();
    await this.broker.close();
  }

  private async consume(): Promise<void> {
    const channel = await this.consuming.createChannel();
    await channel.prefetch(1);
    await channel.consume(commandQueue(this.member), (message) => {
      if (!message) return;
      const arrivedAtMs = performance.now();
      const envelope = JSON.parse(message.content.toString()) as Envelope<StartBackup>;
      channel.ack(message);
      if (envelope.type === BackupStartOrdered.type) this.onOrder?.({ order: envelope.data, arrivedAtMs });
      if (envelope.type === BackupStopOrdered.type) this.onStop?.();
    });
  }

  /** What the agent does when it is told to stop. */
  onStop: (() => void) | undefined;

  private async tell(database: ReportedDatabase): Promise<void> {
    this.sequence += 1;
    await this.broker.publisher.publish(
      NodeReported,
      { member: this.member },
      {
        memberId: this.member,
        memberName: this.member.toUpperCase(),
        fqdn: null,
        site: null,
        storageServer: null,
        exchangeVersion: null,
        dag: { name: 'DAG1', members: this.members.map((name) => name.toUpperCase()) },
        client: { installed: true, version: '8.1' },
        agentVersion: 'bench',
        agentInstanceId: this.instanceId,
        sequence: this.sequence,
        databases: [database],
        warnings: [],
      },
    );
    await this.beat();
  }

  private async beat(): Promise<void> {
    const attempts = this.live
      ? [{ attemptId: this.live.attemptId, attempt: this.live.attempt, state: 'running' as const, bytesDone: '0' }]
      : [];
    const heartbeat = { memberId: this.member, agentInstanceId: this.instanceId, sequence: this.sequence, attempts };
    // A conductor that is not there yet does not answer; the next heartbeat comes in a second.
    await this.broker.queries
      .query(HeartbeatSent, { member: this.member }, heartbeat, { timeoutMs: HEARTBEAT_MS })
      .catch(() => undefined);
  }
}

function refOf({ runId, taskId, attemptId, attempt }: StartBackup) {
  return { runId, taskId, attemptId, attempt };
}
