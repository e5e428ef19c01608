import { randomUUID } from 'node:crypto';
import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from 'amqplib';
import { topologyFor, type Topology } from '#contracts';
import {
  applyPolicies,
  applyTopology,
  Broker,
  createVhost,
  deleteVhost,
  SILENT_LOG,
  type BrokerOptions,
  type LogEntry,
  type MessagingLog,
} from '#messaging';
import { until } from '../../support/eventually.js';

const AMQP_URL = process.env['AMQP_URL'] ?? '';
export const MANAGEMENT_URL = process.env['AMQP_MANAGEMENT_URL'] ?? '';

/** Specs of this folder need a broker of their own to play with: the suite's, whose user is an administrator. */
export const hasBroker = AMQP_URL !== '' && MANAGEMENT_URL !== '';

const SHORT_WAIT_MS: Readonly<Record<string, number>> = { 'dag.wait.5s': 60, 'dag.wait.1m': 80, 'dag.wait.10m': 100 };

/** The product's topology with waits of milliseconds. */
export function quickTopology(members: readonly string[] = ['ex01']): Topology {
  const topology = topologyFor(members);
  const queues = topology.queues.map((queue) => {
    const ttl = SHORT_WAIT_MS[queue.name];
    return ttl === undefined ? queue : { ...queue, arguments: { ...queue.arguments, 'x-message-ttl': ttl } };
  });
  return { ...topology, queues };
}

/** A virtual host of this test alone, with the topology in it and a plain amqplib channel to look around with. */
export class Playground {
  private readonly brokers: Broker[] = [];

  private constructor(
    readonly vhost: string,
    readonly url: string,
    readonly model: ChannelModel,
    readonly channel: ConfirmChannel,
  ) {}

  static async open(topology: Topology = quickTopology()): Promise<Playground> {
    const vhost = `test-messaging-${randomUUID()}`;
    await createVhost(MANAGEMENT_URL, vhost);
    const url = urlFor(vhost);
    await applyTopology(url, topology);
    await applyPolicies(MANAGEMENT_URL, vhost, topology.policies);
    const model = await connect(url, { noDelay: true });
    model.on('error', () => undefined);
    const channel = await model.createConfirmChannel();
    channel.on('error', () => undefined);
    return new Playground(vhost, url, model, channel);
  }

  broker(options: Partial<BrokerOptions> = {}): Broker {
    const broker = Broker.open({ url: this.url, service: 'conductor', instance: 'test', log: SILENT_LOG, ...options });
    this.brokers.push(broker);
    return broker;
  }

  async close(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.close()));
    await this.model.close().catch(() => undefined);
    await deleteVhost(MANAGEMENT_URL, this.vhost);
  }

  /** Waits for a message in a queue and takes it; by consuming, because a queue with a single active consumer refuses `get`. */
  async take(queue: string): Promise<ConsumeMessage> {
    const [message] = await this.takeMany(queue, 1);
    if (!message) throw new Error('never');
    return message;
  }

  async takeMany(queue: string, count: number): Promise<readonly ConsumeMessage[]> {
    const channel = await this.model.createChannel();
    const taken: ConsumeMessage[] = [];
    await channel.prefetch(count);
    await channel.consume(queue, (message) => {
      if (!message || taken.length >= count) return;
      taken.push(message);
      channel.ack(message);
    });
    try {
      await until(`${count} messages in ${queue}`, () => taken.length >= count);
    } finally {
      await channel.close();
    }
    return taken;
  }

  async depth(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  /** Publishes as a person would in the management UI. */
  async publishByHand(exchange: string, key: string, body: string | Uint8Array, options: object = {}): Promise<void> {
    this.channel.publish(exchange, key, Buffer.from(body), options);
    await this.channel.waitForConfirms();
  }
}

export function urlFor(vhost: string, user?: { readonly name: string; readonly password: string }): string {
  const url = new URL(AMQP_URL);
  url.pathname = `/${encodeURIComponent(vhost)}`;
  if (user) {
    url.username = user.name;
    url.password = user.password;
  }
  return url.href;
}

interface RecordingLog extends MessagingLog {
  readonly events: string[];
}

/** Keeps the events that messaging tells of. */
export function recordingLog(): RecordingLog {
  const events: string[] = [];
  const keep = (entry: LogEntry): void => {
    events.push(entry.event);
  };
  return { events, log: keep, warn: keep, error: keep };
}

/** Breaks a socket of a broker's connections in the middle of whatever it does, as a network that fails would. */
export function cut(broker: Broker, role: 'publishing' | 'consuming'): void {
  const connections = broker as unknown as Readonly<Record<typeof role, Cuttable | undefined>>;
  connections[role]?.current?.connection.stream.destroy(new Error('cut by the test'));
}

interface Cuttable {
  readonly current?: { readonly connection: { readonly stream: { destroy(error: Error): void } } };
}
