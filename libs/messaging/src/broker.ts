import { Logger } from '@nestjs/common';
import { hostname } from 'node:os';
import type { Topology } from '#contracts';
import { parseBrokerUrls } from './connection/broker-url.js';
import { BrokerConnection } from './connection/connection.js';
import { messageOf, type MessagingLog } from './connection/log.js';
import { QueueConsumer, type QueueOptions } from './consuming/queue-consumer.js';
import type { Handlers } from './consuming/handler.js';
import { Processor, type ProcessorOptions } from './consuming/processor.js';
import { QueueCounts, type BrokerFigures, type ConnectionRole } from './figures.js';
import { inspectBroker, type BrokerInspection } from './provisioning/inspect-broker.js';
import { ConfirmedChannel } from './publishing/confirmed-channel.js';
import { EnvelopePublisher } from './publishing/envelope-publisher.js';
import type { Sender } from './publishing/properties.js';
import type { Publisher } from './publishing/publisher.js';
import { Answers } from './queries/answers.js';
import { DirectReplyClient } from './queries/direct-reply-client.js';
import type { QueryClient } from './queries/query-client.js';

const RETRY_FOR_MS = 10 * 60 * 1_000;

export interface BrokerOptions {
  /** One URL, or those of all hosts of a cluster (also in one text, with commas). */
  readonly url: string | readonly string[];
  /** `conductor`, `inventory`, `node`, `api`, … */
  readonly service: string;
  /** Tells this process from others of the same service. */
  readonly instance: string;
  /** How long an unconfirmed message is sent again and again before its sender is told that the outcome is unknown. Default 10 minutes. */
  readonly retryForMs?: number;
  /** Default: Nest's logger. */
  readonly log?: MessagingLog;
}

/**
 * Everything a process has to do with the broker. It sends on one connection and consumes on another, because a broker in distress
 * blocks those who publish, and acknowledgements must still go through; answers have a third, see {@link Answers}. Opening never waits: messages wait for the connection.
 */
export class Broker {
  readonly publisher: Publisher;
  readonly queries: QueryClient;
  /** The CloudEvents source of everything sent here. */
  readonly source: string;
  private readonly channel: ConfirmedChannel;
  private readonly replies: DirectReplyClient;
  private readonly publishing: BrokerConnection;
  private consuming: BrokerConnection | undefined;
  private answers: Answers | undefined;
  private readonly sender: Sender;
  private readonly connections = new Map<ConnectionRole, BrokerConnection>();
  private readonly consumers: QueueConsumer[] = [];
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly options: BrokerOptions,
    readonly log: MessagingLog,
  ) {
    const [first] = this.hosts();
    this.sender = { service: options.service, user: first?.user ?? 'guest' };
    this.source = `/${encodeURIComponent(options.service)}/${encodeURIComponent(options.instance)}`;
    this.publishing = this.connect('publish');
    this.channel = new ConfirmedChannel(this.publishing, 'publish', options.retryForMs ?? RETRY_FOR_MS, log);
    this.publisher = new EnvelopePublisher(this.channel, this.sender, this.source);
    this.replies = new DirectReplyClient(this.publishing, this.sender, this.source, log);
    this.queries = this.replies;
  }

  static open(options: BrokerOptions): Broker {
    return new Broker(options, options.log ?? new Logger('messaging'));
  }

  /** What there is to watch, for monitoring. */
  figures(): BrokerFigures {
    return {
      connections: [...this.connections].map(([role, { connected }]) => ({ role, isConnected: connected })),
      blockedBecause: this.publishing.blockedBecause,
      publishing: this.channel.figures(),
      queues: this.consumers.map((consumer) => consumer.figures()),
    };
  }

  /** Fulfils when the broker is reached; rejects with a FailureError `broker.unreachable` that says what was tried. */
  ready(timeoutMs: number): Promise<void> {
    return this.publishing.ready(timeoutMs);
  }

  /** Looks at the broker itself. Rejects with a FailureError where it does not answer in time. */
  inspect(topology: Partial<Pick<Topology, 'exchanges' | 'queues'>>, limitMs: number): Promise<BrokerInspection> {
    return inspectBroker(this.publishing, this.sender.user, topology, limitMs);
  }

  /** Begins to consume a queue; used by the Nest strategy. */
  consume(
    queue: QueueOptions,
    handlers: Handlers,
    options: Pick<ProcessorOptions, 'parkAs' | 'verifySender' | 'isOutage'>,
  ): QueueConsumer {
    this.consuming ??= this.connect('consume');
    this.answers ??= new Answers(this.connect('answer'), this.log);
    const counts = new QueueCounts();
    const processor = new Processor(
      this.channel,
      this.answers,
      { ...options, source: this.source, sender: this.sender },
      counts,
      this.log,
    );
    const consumer = new QueueConsumer(this.consuming, queue, handlers, processor, this.sender.user, counts, this.log);
    this.consumers.push(consumer);
    return consumer;
  }

  /** Sends what waits, within a limit, then closes. Consumers are closed by those who began them, before this. */
  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    const steps = [
      () => this.replies.close(),
      () => this.answers?.close(),
      () => this.channel.close(),
      () => this.consuming?.close(),
      () => this.publishing.close(),
    ];
    for (const step of steps) {
      try {
        // The order matters: answers in hand are sent before the connection goes.
        await step();
      } catch (error) {
        this.log.warn({ event: 'broker.close-failed', message: messageOf(error) });
      }
    }
  }

  private connect(role: ConnectionRole): BrokerConnection {
    const { service, instance } = this.options;
    const name = `${service}@${instance === '' ? hostname() : instance}/${role}`;
    const connection = new BrokerConnection(this.hosts(), name, this.log);
    this.connections.set(role, connection);
    return connection;
  }

  private hosts(): ReturnType<typeof parseBrokerUrls> {
    return parseBrokerUrls(this.options.url);
  }
}
