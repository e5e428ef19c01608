import type { ConsumeMessage } from 'amqplib';
import { OriginHeaders, WaitHeaders } from './headers.js';

const REDELIVER_EXCHANGE = 'dag.redeliver';

/** A delivery, with the place it was first sent to even if it came back from a wait queue or from parking. */
export interface Inbound {
  readonly message: ConsumeMessage;
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly senderUser: string | undefined;
  /** Times it was put into a wait queue. */
  readonly waits: number;
  readonly firstFailureAt: string | undefined;
  /** False: it came by the redelivery exchange, and we did not take it from where it was first sent. */
  readonly genuine: boolean;
}

/**
 * The headers are believed only on a message that came back from a wait queue or from parking and carries our own user, which the broker
 * checks: otherwise anybody could write another sender's name into a header. One that we parked for not being genuine is not genuine
 * when it comes back.
 */
export function inboundOf(message: ConsumeMessage, queue: string, ownUser: string): Inbound {
  const { fields, properties } = message;
  const senderUser = textOf(properties.userId);
  const headers = properties.headers ?? {};
  const exchange = textOf(headers[OriginHeaders.exchange]);
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
    routingKey: textOf(headers[OriginHeaders.routingKey]) ?? '',
    senderUser: textOf(headers[OriginHeaders.user]),
    waits: typeof attempt === 'number' && Number.isInteger(attempt) && attempt > 0 ? attempt : 0,
    firstFailureAt: textOf(headers[WaitHeaders.firstFailureAt]),
    genuine: exchange !== REDELIVER_EXCHANGE,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
