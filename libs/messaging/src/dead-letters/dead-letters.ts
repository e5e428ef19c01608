import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { serviceTopology } from '#contracts';
import { pause } from '../connection/backoff.js';
import { openChannel, withBriefConnection } from '../connection/brief-connection.js';
import { parseBrokerUrls } from '../connection/broker-url.js';
import { messageOf } from '../connection/log.js';
import { parkedMessageOf, type ParkedMessage } from './parked-message.js';
import { LOOKED_AT_MAX, countOf, eachOf } from './reading.js';
import type { Publication } from './replay.js';

/** For one call of {@link withDeadLetters}. */
const LIMIT_MS = 5 * 60 * 1_000;
/** What was looked at is in its place again within this, unless somebody else took it. */
const BACK_WITHIN_MS = 5_000;
const BACK_POLL_MS = 20;

export interface Selection {
  /** The first so many of those that are wanted. */
  readonly limit: number;
  /** Default: every message. */
  readonly isWanted?: (message: ParkedMessage) => boolean;
}

/** What is to become of a parked message. */
export type Settlement =
  | { readonly kind: 'keep' }
  | { readonly kind: 'discard' }
  | { readonly kind: 'giveBack' }
  | Publication;

export interface Looked {
  /** How many were there, with those that were not looked at. */
  readonly count: number;
  readonly messages: readonly ParkedMessage[];
}

/** Connects as an administrator of the broker: services and members may not read what others parked. */
export async function withDeadLetters<T>(amqpUrl: string, work: (letters: DeadLetters) => Promise<T>): Promise<T> {
  const user = parseBrokerUrls(amqpUrl)[0]?.user ?? '';
  return withBriefConnection(amqpUrl, 'the parked messages could not be dealt with', LIMIT_MS, (model) =>
    work(new DeadLetters(model, user)),
  );
}

/**
 * Reads queues where messages are parked, by one consumer that acknowledges nothing: when its channel closes, everything goes back to its
 * place. A message leaves only by being settled. Should this process die anywhere, the broker has each message, here or where it went.
 */
export class DeadLetters {
  constructor(
    private readonly model: ChannelModel,
    private readonly user: string,
  ) {}

  async look(queue: string, selection: Selection): Promise<Looked> {
    return this.settle(queue, selection, ({ messages }) => Promise.resolve(messages.map(() => ({ kind: 'keep' }))));
  }

  /**
   * Holds the wanted messages while `decide` says what is to become of each, and does that. Fulfils when the broker has done it; one
   * that was not settled by then is where it was.
   */
  async settle(
    queue: string,
    { limit, isWanted = () => true }: Selection,
    decide: (looked: Looked) => Promise<readonly Settlement[]>,
  ): Promise<Looked> {
    let goneCount = 0;
    const looked = await this.withChannel(async (channel) => {
      const count = await countOf(channel, queue);
      const held: { readonly raw: ConsumeMessage; readonly message: ParkedMessage }[] = [];
      await eachOf(channel, queue, Math.min(count, LOOKED_AT_MAX), (raw) => {
        if (held.length >= limit) return;
        const message = parkedMessageOf(queue, raw);
        if (isWanted(message)) held.push({ raw, message });
      });
      const seen = { count, messages: held.map(({ message }) => message) };
      const settlements = await decide(seen);
      if (settlements.some(({ kind }) => kind === 'giveBack')) await this.requireWayBack(queue);
      for (const [index, { raw, message }] of held.entries())
        await this.carryOut(channel, raw, message, settlements[index] ?? { kind: 'keep' });
      goneCount = settlements.filter(({ kind }) => kind !== 'keep').length;
      return seen;
    });
    await this.untilBack(queue, looked.count - goneCount);
    return looked;
  }

  /** The broker puts messages back a moment after it has closed their channel; who looks in that moment would not find them. */
  private async untilBack(queue: string, count: number): Promise<void> {
    await this.withChannel(async (channel) => {
      const deadline = performance.now() + BACK_WITHIN_MS;
      while ((await countOf(channel, queue)) < count && performance.now() < deadline) await pause(BACK_POLL_MS);
    });
  }

  private async carryOut(
    channel: Channel,
    raw: ConsumeMessage,
    message: ParkedMessage,
    settlement: Settlement,
  ): Promise<void> {
    switch (settlement.kind) {
      case 'keep':
        return;
      case 'discard':
        channel.ack(raw);
        return;
      case 'giveBack':
        // Dead-lettering is the way back: the queue's own arguments say where to.
        channel.reject(raw, false);
        return;
      case 'publish':
        // Both copies exist for a moment, under the same id, which counts once.
        await this.publish(raw, message, settlement);
        channel.ack(raw);
        return;
      default: {
        const unknown: never = settlement;
        throw new Error(`unknown settlement ${JSON.stringify(unknown)}`);
      }
    }
  }

  /** The queue as it was declared: in one without its arguments a rejected message would be lost. */
  private async requireWayBack(queue: string): Promise<void> {
    const definition = serviceTopology().queues.find(({ name }) => name === queue);
    if (definition?.arguments['x-dead-letter-exchange'] === undefined)
      throw new Error(`nothing can be given back from ${queue}`);
    try {
      await this.withChannel((channel) =>
        channel.assertQueue(queue, { durable: true, arguments: definition.arguments }),
      );
    } catch (error) {
      throw new Error(
        `${queue} is not as this version makes it, so nothing was given back: ${messageOf(error)}. ` +
          'Discard what is in it, with --out to keep it; delete the queue; then run "dagctl topology apply"',
        { cause: error },
      );
    }
  }

  /** Its exchange has an alternate, so no answer would tell that nothing takes it: the way is made sure of before. */
  private async publish(
    raw: ConsumeMessage,
    { id, headers }: ParkedMessage,
    { exchange, routingKey, bindings }: Publication,
  ): Promise<void> {
    const channel = await this.model.createConfirmChannel();
    channel.on('error', () => undefined);
    for (const { queue, key } of bindings) await channel.bindQueue(queue, exchange, key);
    const { correlationId, type, appId, contentType, contentEncoding, timestamp } = raw.properties;
    const known = { correlationId, type, appId, contentType, contentEncoding, timestamp };
    channel.publish(exchange, routingKey, raw.content, {
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:x|dag)-/.test(name))),
      messageId: id,
      userId: this.user,
      persistent: true,
      mandatory: true,
    });
    await channel.waitForConfirms();
    await channel.close();
  }

  /** A closed channel has done all that was asked on it. */
  private async withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await openChannel(this.model);
    const result = await work(channel);
    await channel.close();
    return result;
  }
}
