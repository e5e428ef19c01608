import type { ConsumeMessage } from 'amqplib';

/** Headers with which a message goes through the wait queues. None begins with `x-`: those belong to the broker (rabbitmq.md fact 15). */
export const WaitHeaders = {
  attempt: 'dag-attempt',
  firstFailureAt: 'dag-first-failure-at',
  exchange: 'dag-original-exchange',
  routingKey: 'dag-original-key',
  user: 'dag-original-user',
} as const;

const REDELIVER_EXCHANGE = 'dag.redeliver';

/** A delivery, with the place it was first sent to even if it came back from a wait queue. */
export interface Inbound {
  readonly message: ConsumeMessage;
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly senderUser: string | undefined;
  /** Times it was put into a wait queue. */
  readonly waits: number;
  readonly firstFailureAt: string | undefined;
  /** False: it came by the redelivery exchange, and was not put there by us. */
  readonly genuine: boolean;
}

/**
 * The headers are believed only on a message that came back from a wait queue and carries our own user, which the broker checks:
 * otherwise anybody could write another sender's name into a header.
 */
export function inboundOf(message: ConsumeMessage, queue: string, ownUser: string): Inbound {
  const { fields, properties } = message;
  const senderUser = textOf(properties.userId);
  const headers = properties.headers ?? {};
  const exchange = textOf(headers[WaitHeaders.exchange]);
  if (fields.exchange !== REDELIVER_EXCHANGE || senderUser !== ownUser || exchange === undefined) {
    const genuine = fields.exchange !== REDELIVER_EXCHANGE;
    return {
      message,
      queue,
      exchange: fields.exchange,
      routingKey: fields.routingKey,
      senderUser,
      waits: 0,
      firstFailureAt: undefined,
      genuine,
    };
  }
  const attempt: unknown = headers[WaitHeaders.attempt];
  return {
    message,
    queue,
    exchange,
    routingKey: textOf(headers[WaitHeaders.routingKey]) ?? '',
    senderUser: textOf(headers[WaitHeaders.user]),
    waits: typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 0,
    firstFailureAt: textOf(headers[WaitHeaders.firstFailureAt]),
    genuine: true,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
