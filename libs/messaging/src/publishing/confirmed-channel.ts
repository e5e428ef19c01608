import type { ConfirmChannel } from 'amqplib';
import type { BrokerConnection } from '../connection/connection.js';
import { KeptChannel, type ChannelError } from '../connection/kept-channel.js';
import { messageOf, type MessagingLog } from '../connection/log.js';
import type { PublishFigures } from '../figures.js';
import { failed, placeOf, type Entry } from './entry.js';
import { Fifo } from './fifo.js';
import type { Transmission } from './properties.js';
import type { PublishOutcome } from './publisher.js';
import { Refused } from './refused.js';
import { Returns } from './returns.js';

/** Messages on their way without a confirm. */
export const IN_FLIGHT_MAX = 500;
/** Messages that wait for their turn; more are refused, so that an outage cannot fill the memory. */
export const WAITING_MAX = 100_000;
/** amqplib knows no time-out of confirms (rabbitmq.md fact 3). Later than this, the channel is opened anew and all is sent again. */
const CONFIRM_TIMEOUT_MS = 30_000;
const CHECK_EVERY_MS = 1_000;
const CLOSE_TIMEOUT_MS = 10_000;
/**
 * A channel opened while a cluster still took a dead node for a queue's leader refuses that queue's messages for as long as it lives
 * (seen on RabbitMQ 3.10.8), which looks like a full queue. So what is refused this often is tried on a new channel.
 */
const NACKS_BEFORE_NEW_CHANNEL = 3;
const NEW_CHANNEL_EVERY_MS = 2_000;
/** Reply codes with which a broker closes a channel because of one message: no permission, no such exchange, wrong properties. */
const MESSAGE_FAULT_CODES: ReadonlySet<number> = new Set([403, 404, 406]);

/**
 * A confirm channel that loses nothing while the process lives: what is unconfirmed when a channel is lost is sent again, in order,
 * with the same message id. The broker's negative answer (a full queue) is retried later; those after it go on meanwhile.
 */
export class ConfirmedChannel {
  private readonly channel: KeptChannel<ConfirmChannel>;
  private readonly waiting = new Fifo<Entry>();
  private readonly inFlight = new Set<Entry>();
  private readonly returns = new Returns();
  private readonly refused = new Refused((entry) => {
    this.waiting.push(entry);
    this.pump();
  });
  private readonly check: NodeJS.Timeout;
  /** Entries still to be sent one at a time, because one of them made the broker close the channel. */
  private suspects = 0;
  private open = false;
  private flooded = false;
  private renewedAt = -Infinity;
  private closed = false;
  private readonly counts = { routed: 0, unroutable: 0, failed: 0, nacks: 0 };
  private idle: (() => void) | undefined;

  constructor(
    private readonly connection: BrokerConnection,
    name: string,
    private readonly retryForMs: number,
    private readonly log: MessagingLog,
  ) {
    this.channel = new KeptChannel(
      connection,
      name,
      {
        open: (model) => model.createConfirmChannel(),
        ready: async (channel) => this.ready(channel),
        lost: (error) => this.lost(error),
      },
      log,
    );
    this.check = setInterval(() => this.checkLimits(), CHECK_EVERY_MS);
    this.check.unref();
  }

  transmit(transmission: Transmission, retryForMs = this.retryForMs): Promise<PublishOutcome> {
    if (this.closed)
      return Promise.reject(
        failed('publish.closed', `${placeOf(transmission)} was not sent: the publisher is closed.`, true),
      );
    if (this.waiting.size >= WAITING_MAX) {
      const why = `${WAITING_MAX} messages wait already. The broker takes them too slowly or not at all; try again later.`;
      return Promise.reject(failed('publish.overload', `${placeOf(transmission)} was not sent: ${why}`, true));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({
        transmission,
        deadline: performance.now() + retryForMs,
        settle: (outcome) => {
          this.counts[outcome instanceof Error ? 'failed' : outcome] += 1;
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
        sentAt: 0,
        wasSent: false,
        nacks: 0,
      });
      this.pump();
    });
  }

  figures(): PublishFigures {
    return { ...this.counts, inFlight: this.inFlight.size, waiting: this.waiting.size + this.refused.size };
  }

  /** Sends what waits, within a limit, and closes. What is left then is told that its outcome is unknown. */
  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      await this.drained(this.connection.connected ? CLOSE_TIMEOUT_MS : 0);
      clearInterval(this.check);
      for (const entry of [...this.inFlight, ...this.refused.remove(() => true), ...this.waiting.remove(() => true)])
        this.giveUp(entry, 'publish.closed', 'the publisher was closed');
    }
    await this.channel.close();
  }

  private drained(limitMs: number): Promise<void> {
    if (this.isIdle || limitMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private get isIdle(): boolean {
    return this.inFlight.size + this.refused.size + this.waiting.size === 0;
  }

  private ready(channel: ConfirmChannel): void {
    channel.on('return', ({ fields, properties }) => {
      this.returns.add(String(properties.messageId), fields.exchange, fields.routingKey);
    });
    channel.on('drain', () => {
      this.flooded = false;
      this.pump();
    });
    this.flooded = false;
    this.open = true;
    this.pump();
  }

  private lost(error: ChannelError | undefined): void {
    this.open = false;
    this.returns.clear();
    const unconfirmed = [...this.inFlight];
    this.inFlight.clear();
    if (error?.code !== undefined && MESSAGE_FAULT_CODES.has(error.code) && unconfirmed.length > 0) {
      const [only] = unconfirmed;
      if (unconfirmed.length === 1 && only) {
        this.suspects = Math.max(0, this.suspects - 1);
        const what = `the broker refuses message ${only.transmission.options.messageId} to ${only.transmission.exchange}`;
        const advice = 'Check the topology and the permissions of this user (dagctl topology check).';
        only.settle(failed('publish.refused', `${what}: ${error.message}. ${advice}`, false));
        return;
      }
      this.suspects = unconfirmed.length;
    }
    this.waiting.prepend(unconfirmed);
  }

  private pump(): void {
    const limit = this.suspects > 0 ? 1 : IN_FLIGHT_MAX;
    while (this.open && !this.flooded && this.inFlight.size < limit) {
      const channel = this.channel.current;
      const entry = channel && this.waiting.shift();
      if (!entry) return;
      this.sendNow(channel, entry);
    }
  }

  private sendNow(channel: ConfirmChannel, entry: Entry): void {
    const { exchange, routingKey, content, options } = entry.transmission;
    entry.sentAt = performance.now();
    this.inFlight.add(entry);
    try {
      const room = channel.publish(exchange, routingKey, content, options, (error: Error | null) =>
        this.answered(channel, entry, error),
      );
      entry.wasSent = true;
      if (!room) this.flooded = true;
    } catch (error) {
      this.inFlight.delete(entry);
      if (error instanceof Error && error.name === 'IllegalOperationError') {
        // The channel closed just now; `lost` follows, and the next channel sends it.
        this.open = false;
        this.waiting.prepend([entry]);
        return;
      }
      entry.settle(
        failed('publish.refused', `message ${options.messageId} cannot be encoded: ${messageOf(error)}`, false),
      );
      this.settled();
    }
  }

  private answered(channel: ConfirmChannel, entry: Entry, error: Error | null): void {
    // amqplib also calls back when a channel closes; then `lost` decides, for all of them and in order.
    if (error && error.message !== 'message nacked') return;
    if (channel !== this.channel.current || !this.inFlight.delete(entry)) return;
    const wasReturned = this.returns.take(entry.transmission);
    if (error) this.retryLater(entry);
    else entry.settle(wasReturned ? 'unroutable' : 'routed');
    this.settled();
  }

  private settled(): void {
    if (this.suspects > 0) this.suspects -= 1;
    this.pump();
    if (this.isIdle) this.idle?.();
  }

  private retryLater(entry: Entry): void {
    entry.nacks += 1;
    this.counts.nacks += 1;
    if (entry.nacks === 1) {
      const { messageId } = entry.transmission.options;
      const why = 'a queue behind it is full or looks for a leader';
      this.log.warn({
        event: 'publish.nacked',
        message: `the broker did not take message ${messageId} to ${entry.transmission.exchange}: ${why}; trying again`,
      });
    }
    const now = performance.now();
    if (entry.nacks % NACKS_BEFORE_NEW_CHANNEL === 0 && now - this.renewedAt >= NEW_CHANNEL_EVERY_MS) {
      this.renewedAt = now;
      this.channel.recycle(`the broker refused a message ${entry.nacks} times`);
    }
    this.refused.add(entry);
  }

  private checkLimits(): void {
    const now = performance.now();
    const late = (entry: Entry): boolean => entry.deadline <= now;
    for (const entry of [...this.waiting.remove(late), ...this.refused.remove(late)])
      this.giveUp(entry, 'publish.unknown', 'the time limit is over');
    let unanswered = false;
    for (const entry of this.inFlight) {
      if (late(entry)) this.giveUp(entry, 'publish.unknown', 'the time limit is over');
      unanswered ||= entry.sentAt + CONFIRM_TIMEOUT_MS <= now;
    }
    // A blocked broker answers nothing until its alarm is over; a new channel would change nothing.
    if (unanswered && this.connection.blockedBecause === undefined)
      this.channel.recycle(`no confirm within ${CONFIRM_TIMEOUT_MS} ms`);
  }

  private giveUp(entry: Entry, type: string, why: string): void {
    this.inFlight.delete(entry);
    const outcome = entry.wasSent ? 'outcome unknown: it was sent and never confirmed' : 'it was never sent';
    entry.settle(
      failed(type, `${placeOf(entry.transmission)}: ${why}, ${outcome}. Send it again with the same id.`, true),
    );
    if (this.isIdle) this.idle?.();
  }
}
