import type { Options } from 'amqplib';
import { ENVELOPE_CONTENT_TYPE, type Envelope } from '#contracts';

/** A message as bytes and AMQP properties: the form in which the publisher holds and repeats it. */
export interface Transmission {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish & { readonly messageId: string };
}

export interface Sender {
  readonly service: string;
  /** The broker checks that it is the user of the connection, and closes the channel if it lies (rabbitmq.md section 5). */
  readonly user: string;
}

/** The AMQP properties repeat what operators look for in the management UI; the body is the whole event. */
export function propertiesOf(envelope: Envelope, durable: boolean, sender: Sender): Transmission['options'] {
  return {
    persistent: durable,
    mandatory: true,
    messageId: envelope.id,
    type: envelope.type,
    timestamp: Math.floor(Date.parse(envelope.time) / 1_000),
    appId: sender.service,
    userId: sender.user,
    contentType: ENVELOPE_CONTENT_TYPE,
    correlationId: envelope.correlationid,
    headers: envelope.traceparent === undefined ? undefined : { traceparent: envelope.traceparent },
  };
}

export function contentOf(envelope: Envelope): Buffer {
  return Buffer.from(JSON.stringify(envelope));
}
