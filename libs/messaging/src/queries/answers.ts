import type { Channel } from 'amqplib';
import type { BrokerConnection } from '../connection/connection.js';
import { KeptChannel } from '../connection/kept-channel.js';
import { messageOf, type MessagingLog } from '../connection/log.js';
import { Fifo } from '../publishing/fifo.js';
import type { Transmission } from '../publishing/properties.js';

/** Answers that wait for the connection; the oldest, whose asker has waited longest, is dropped for one more. */
export const ANSWERS_WAITING_MAX = 1_000;
/** An answer that cannot be sent within this comes too late for any asker. */
export const ANSWER_LIMIT_MS = 10_000;

interface Waiting {
  readonly transmission: Transmission;
  readonly deadline: number;
}

/**
 * Sends answers, each once at most, on a connection that carries nothing else. RabbitMQ (seen on 3.10.8) closes the whole connection
 * with 541 for an answer to an asker on a cluster node that is gone. So an answer must neither take orders and results
 * down with it nor ever be sent again; an asker who is still there asks again.
 */
export class Answers {
  private readonly channel: KeptChannel<Channel>;
  private readonly waiting = new Fifo<Waiting>();
  private isFlooded = false;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly log: MessagingLog,
  ) {
    this.channel = new KeptChannel(
      connection,
      'answers',
      {
        open: (model) => model.createChannel(),
        ready: async (channel) => this.ready(channel),
        lost: () => undefined,
      },
      log,
    );
  }

  send(transmission: Transmission): void {
    if (this.waiting.size >= ANSWERS_WAITING_MAX) this.drop(this.waiting.shift(), 'too many wait');
    this.waiting.push({ transmission, deadline: performance.now() + ANSWER_LIMIT_MS });
    this.pump();
  }

  /** Closing a channel flushes what was handed to it. */
  async close(): Promise<void> {
    await this.channel.close();
    await this.connection.close();
  }

  private ready(channel: Channel): void {
    channel.on('drain', () => {
      this.isFlooded = false;
      this.pump();
    });
    this.isFlooded = false;
    this.pump();
  }

  private pump(): void {
    for (let { current } = this.channel; current && !this.isFlooded; { current } = this.channel) {
      const next = this.waiting.shift();
      if (!next) return;
      if (next.deadline <= performance.now()) this.drop(next, 'its time is over');
      else this.sendNow(current, next);
    }
  }

  private sendNow(channel: Channel, next: Waiting): void {
    const { exchange, routingKey, content, options } = next.transmission;
    try {
      this.isFlooded = !channel.publish(exchange, routingKey, content, options);
    } catch (error) {
      // Also where the channel closed just now: the next answers wait for another one.
      this.drop(next, messageOf(error));
    }
  }

  private drop(answer: Waiting | undefined, why: string): void {
    if (!answer) return;
    const { type, messageId } = answer.transmission.options;
    this.log.warn({
      event: 'query.reply-lost',
      message: `the answer ${messageId} (${String(type)}) was not sent: ${why}; whoever asked asks again`,
    });
  }
}
