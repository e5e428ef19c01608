import { randomUUID } from 'node:crypto';
import type { ConfirmChannel, ConsumeMessage, Message } from 'amqplib';
import {
  Failure,
  failure,
  FailureError,
  isEnvelope,
  routingKey,
  type QueryContract,
  type RouteParameters,
} from '#contracts';
import type { BrokerConnection } from '../connection/connection.js';
import { KeptChannel, type ChannelError } from '../connection/kept-channel.js';
import { messageOf, type MessagingLog } from '../connection/log.js';
import { validated } from '../consuming/validate.js';
import { toEnvelope } from '../publishing/outgoing.js';
import { contentOf, propertiesOf, type Sender } from '../publishing/properties.js';
import { nextTraceparent } from '../tracing/trace.js';
import { QUERY_TIMEOUT_MS, type QueryClient } from './query-client.js';
import { FAILURE_TYPE } from './reply.js';

const REPLY_QUEUE = 'amq.rabbitmq.reply-to';
/** Questions without an answer yet; more are refused. */
const PENDING_MAX = 1_000;
/** What amqplib says where the broker refused a message. */
const NACKED = 'message nacked';
const MESSAGE_FAULT_CODES: ReadonlySet<number> = new Set([403, 404, 406]);

interface Pending {
  readonly send: (channel: ConfirmChannel) => void;
  readonly reply: (message: ConsumeMessage) => void;
  readonly fail: (error: FailureError) => void;
}

/**
 * Queries by direct reply-to: question and answer share one channel, and no queue is declared. A question that has no answer yet when
 * the channel is lost is asked again on the next one, until its time is over: questions change nothing, so asking twice does no harm.
 */
export class DirectReplyClient implements QueryClient {
  private readonly pending = new Map<string, Pending>();
  private channel: KeptChannel<ConfirmChannel> | undefined;
  private usable: ConfirmChannel | undefined;
  private closed = false;

  constructor(
    private readonly connection: BrokerConnection,
    private readonly sender: Sender,
    private readonly source: string,
    private readonly log: MessagingLog,
  ) {}

  async query<D extends object, Reply extends object, R extends string>(
    contract: QueryContract<D, Reply, R>,
    route: RouteParameters<R>,
    data: D,
    { timeoutMs = QUERY_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
  ): Promise<Reply> {
    if (this.closed) throw failed('query.closed', `${contract.type} was not asked: the connection is closed`, false);
    if (this.pending.size >= PENDING_MAX)
      throw failed('query.overload', `${contract.type} was not asked: ${PENDING_MAX} questions wait already`, true);
    this.channel ??= this.openChannel();
    const id = randomUUID();
    const key = routingKey(contract, route);
    const envelope = toEnvelope(contract.type, data, {
      id,
      source: this.source,
      time: new Date(),
      traceparent: nextTraceparent(),
    });
    const message = await this.ask(id, contract, timeoutMs, (channel) => {
      const properties = {
        ...propertiesOf(envelope, contract.durable, this.sender),
        correlationId: id,
        replyTo: REPLY_QUEUE,
        // An answer after this would come too late; the broker drops the question instead of having it worked on.
        expiration: timeoutMs,
      };
      channel.publish(contract.exchange, key, contentOf(envelope), properties, (error: Error | null) => {
        if (error?.message === NACKED) this.refused(channel, contract.type);
      });
    });
    return readReply(contract, message);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.failAll(failed('query.closed', 'the question has no answer: the connection was closed', false));
    await this.channel?.close();
  }

  private ask(
    id: string,
    contract: QueryContract<object, object>,
    timeoutMs: number,
    send: (channel: ConfirmChannel) => void,
  ): Promise<ConsumeMessage> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        const why = this.connection.connected
          ? 'the service that answers it does not run, is busy, or hangs'
          : 'there is no connection to the broker';
        reject(
          failed(
            'query.timeout',
            `no answer to ${contract.type} within ${timeoutMs} ms: ${why}. Try again, and look at that service's log.`,
            true,
          ),
        );
      }, timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        this.pending.delete(id);
      };
      const pending: Pending = {
        send,
        reply: (message) => {
          done();
          resolve(message);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      this.pending.set(id, pending);
      if (this.usable) this.sendOn(this.usable, pending);
    });
  }

  private openChannel(): KeptChannel<ConfirmChannel> {
    return new KeptChannel(
      this.connection,
      'queries',
      {
        open: (model) => model.createConfirmChannel(),
        ready: (channel) => this.ready(channel),
        lost: (error) => this.lost(error),
      },
      this.log,
    );
  }

  private async ready(channel: ConfirmChannel): Promise<void> {
    channel.on('return', (message) => this.returned(message));
    await channel.consume(
      REPLY_QUEUE,
      (message) => {
        if (message) this.pending.get(String(message.properties.correlationId))?.reply(message);
        else this.channel?.recycle('the broker cancelled the consumer of replies');
      },
      { noAck: true },
    );
    this.usable = channel;
    for (const pending of this.pending.values()) this.sendOn(channel, pending);
  }

  /** On a channel without confirms the question would be gone without a sign, and so would every later one to the same queue. */
  private refused(channel: ConfirmChannel, type: string): void {
    if (channel === this.usable) this.channel?.recycle(`the broker refused the question ${type}`);
  }

  private lost(error: ChannelError | undefined): void {
    this.usable = undefined;
    // One question made the broker close the channel, and it cannot be told which: asking all again would only close the next one.
    if (error?.code !== undefined && MESSAGE_FAULT_CODES.has(error.code)) {
      this.failAll(
        failed(
          'query.refused',
          `the broker refuses the question: ${error.message}. Check the topology and the permissions of this user.`,
          false,
        ),
      );
    }
  }

  private sendOn(channel: ConfirmChannel, pending: Pending): void {
    try {
      pending.send(channel);
    } catch (error) {
      if (error instanceof Error && error.name === 'IllegalOperationError') return;
      pending.fail(failed('query.refused', `the question cannot be encoded: ${messageOf(error)}`, false));
    }
  }

  private returned({ fields, properties }: Message): void {
    const { type, messageId } = properties as { readonly type?: unknown; readonly messageId?: unknown };
    const what = `nobody answers ${String(type)}: no queue takes key "${fields.routingKey}" on ${fields.exchange}`;
    this.pending
      .get(String(messageId))
      ?.fail(failed('query.unroutable', `${what}. Start that service, or apply the topology.`, true));
  }

  private failAll(error: FailureError): void {
    for (const pending of this.pending.values()) pending.fail(error);
  }
}

function readReply<Reply extends object>(contract: QueryContract<object, Reply>, message: ConsumeMessage): Reply {
  let body: unknown;
  try {
    body = JSON.parse(message.content.toString('utf8'));
  } catch (error) {
    throw badReply(contract, [messageOf(error)]);
  }
  if (!isEnvelope(body)) throw badReply(contract, ['it has no envelope']);
  if (body.type === FAILURE_TYPE) {
    const answer = validated(Failure, body.data);
    throw answer.ok ? new FailureError(answer.data) : badReply(contract, answer.violations);
  }
  const reply = validated(contract.reply, body.data);
  if (!reply.ok) throw badReply(contract, reply.violations);
  return reply.data;
}

function badReply(contract: QueryContract<object, object>, violations: readonly string[]): FailureError {
  const message = `the answer to ${contract.type} is not what this version understands: ${violations.slice(0, 5).join('; ')}`;
  return new FailureError(failure('query.bad-reply', message, { retryable: false, details: { violations } }));
}

function failed(type: string, message: string, retryable: boolean): FailureError {
  return new FailureError(failure(type, message, { retryable }));
}
