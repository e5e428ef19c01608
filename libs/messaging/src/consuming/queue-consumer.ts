import type { Channel, ConsumeMessage } from 'amqplib';
import { pause } from '../connection/backoff.js';
import type { BrokerConnection } from '../connection/connection.js';
import { within } from '../connection/deferred.js';
import { KeptChannel } from '../connection/kept-channel.js';
import { messageOf, type MessagingLog } from '../connection/log.js';
import type { QueueCounts, QueueFigures } from '../figures.js';
import type { Handlers } from './handler.js';
import { inboundOf, type Inbound } from './inbound.js';
import type { Processor } from './processor.js';

/** A service that is told to stop finishes what it has in hand for at most this long. */
const FINISH_LIMIT_MS = 15_000;
/** A message that could not even be put away goes back after this; the queue's delivery limit ends it in the end. */
const GIVE_BACK_AFTER_MS = 1_000;
const DEFAULT_PREFETCH = 20;

export interface QueueOptions {
  readonly name: string;
  /** The name by which `@Handles` knows the queue, where the real name is known only at run time (an agent's own commands). */
  readonly as?: string;
  /** Messages in hand without acknowledgement. Default 20. */
  readonly prefetch?: number;
  /** Handlers run one after the other in the order of delivery; one that hands its message on lets the next begin. Default true. */
  readonly serial?: boolean;
  /** False: handlers never answer, because another reader of the same messages does. Default true. */
  readonly answers?: boolean;
}

/** Consumes one queue on a channel of its own, so that trouble with one queue never reaches another. */
export class QueueConsumer {
  private readonly channel: KeptChannel<Channel>;
  private readonly running = new Set<Promise<void>>();
  private turn: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();
  private consumerTag: string | undefined;
  private firstConsume: (() => void) | undefined;
  /** Fulfils when the queue is consumed for the first time. */
  readonly consuming: Promise<void>;

  constructor(
    connection: BrokerConnection,
    private readonly options: QueueOptions,
    private readonly handlers: Handlers,
    private readonly processor: Processor,
    private readonly ownUser: string,
    private readonly counts: QueueCounts,
    private readonly log: MessagingLog,
  ) {
    this.consuming = new Promise((resolve) => {
      this.firstConsume = resolve;
    });
    this.channel = new KeptChannel(
      connection,
      `consume ${options.name}`,
      {
        open: (model) => model.createChannel(),
        ready: (channel) => this.consume(channel),
        lost: () => {
          this.consumerTag = undefined;
        },
      },
      log,
    );
  }

  figures(): QueueFigures {
    return { queue: this.options.name, isConsumed: this.consumerTag !== undefined, ...this.counts };
  }

  /** Stops taking messages, finishes those in hand, and only then closes the channel; the rest goes back to the queue. */
  async close(): Promise<void> {
    this.stopping.abort();
    const { current } = this.channel;
    if (current && this.consumerTag !== undefined) {
      await within(current.cancel(this.consumerTag), FINISH_LIMIT_MS, () => new Error('no answer')).catch(
        (error: unknown) => {
          this.log.warn({
            event: 'queue.cancel-failed',
            message: `consumer of ${this.options.name}: ${messageOf(error)}`,
          });
        },
      );
    }
    await within(
      Promise.all(this.running),
      FINISH_LIMIT_MS,
      () => new Error(`still busy after ${FINISH_LIMIT_MS} ms`),
    ).catch((error: unknown) => {
      this.log.warn({
        event: 'queue.unfinished',
        message: `${this.options.name}: ${messageOf(error)}; the broker will deliver it again`,
      });
    });
    await this.channel.close();
  }

  private async consume(channel: Channel): Promise<void> {
    if (this.stopping.signal.aborted) return;
    await channel.prefetch(this.options.prefetch ?? DEFAULT_PREFETCH);
    const { consumerTag } = await channel.consume(this.options.name, (message) => {
      if (message) this.take(channel, message);
      // The broker cancelled the consumer, e.g. because the queue was deleted or its leader was lost.
      else this.channel.recycle(`the broker cancelled the consumer of ${this.options.name}`);
    });
    this.consumerTag = consumerTag;
    this.firstConsume?.();
    this.log.log({ event: 'queue.consuming', message: `consuming ${this.options.name}`, queue: this.options.name });
  }

  private take(channel: Channel, message: ConsumeMessage): void {
    const inbound = inboundOf(message, this.options.name, this.ownUser);
    const work = this.options.serial === false ? this.deal(channel, inbound) : this.inTurn(channel, inbound);
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  /** The turn passes on when the message is dealt with, or handed on. */
  private inTurn(channel: Channel, inbound: Inbound): Promise<void> {
    const before = this.turn;
    let passOn: () => void = () => undefined;
    const handedOn = new Promise<void>((resolve) => {
      passOn = resolve;
    });
    const work = before.then(() => this.deal(channel, inbound, passOn));
    this.turn = Promise.race([work, handedOn]);
    return work;
  }

  /** Never rejects. The message is settled on the channel that brought it, or not at all: on another its tag would mean another message. */
  private async deal(channel: Channel, inbound: Inbound, onHandedOn?: () => void): Promise<void> {
    if (this.stopping.signal.aborted || channel !== this.channel.current) return;
    try {
      const answers = this.options.answers ?? true;
      await this.processor.process(inbound, this.handlers, answers, this.stopping.signal, onHandedOn);
    } catch (error) {
      const { messageId } = inbound.message.properties as { readonly messageId?: unknown };
      this.counts.givenBack += 1;
      this.log.error({
        event: 'message.given-back',
        message: `message ${String(messageId)} of ${this.options.name} goes back to its queue: ${messageOf(error)}`,
      });
      await pause(GIVE_BACK_AFTER_MS);
      this.settle(channel, () => channel.reject(inbound.message, true));
      return;
    }
    this.settle(channel, () => channel.ack(inbound.message));
  }

  private settle(channel: Channel, settle: () => void): void {
    if (channel !== this.channel.current) return;
    try {
      settle();
    } catch (error) {
      // The channel closed between the look and the call; the broker delivers the message again.
      this.log.warn({
        event: 'message.not-settled',
        message: `${this.options.name}: ${messageOf(error)}; the broker will deliver it again`,
      });
    }
  }
}
