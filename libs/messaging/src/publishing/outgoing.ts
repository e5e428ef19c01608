import { routingKey, type Envelope, type MessageContract, type RouteParameters } from '#contracts';

/** A message ready to go: everything about it is plain data, so that an outbox can store it and send it later, or again. */
export interface OutgoingMessage {
  readonly id: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly durable: boolean;
  readonly envelope: Envelope;
}

export interface OutgoingMeta {
  /** The same id again is the same message. */
  readonly id: string;
  /** The service instance that sends, like `/conductor/c1`. */
  readonly source: string;
  readonly time: Date | string;
  readonly subject?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly traceparent?: string;
}

/** Makes the envelope and the routing key of a message. Pure. */
export function toOutgoing<D extends object, R extends string>(
  contract: MessageContract<D, R>,
  route: RouteParameters<R>,
  data: D,
  meta: OutgoingMeta,
): OutgoingMessage {
  return {
    id: meta.id,
    exchange: contract.exchange,
    routingKey: routingKey(contract, route),
    durable: contract.durable,
    envelope: toEnvelope(contract.type, data, meta),
  };
}

export function toEnvelope<D>(type: string, data: D, meta: OutgoingMeta): Envelope<D> {
  // What is undefined here is left out of the JSON; spreading conditions instead costs more than all the rest of this function.
  return {
    specversion: '1.0',
    id: meta.id,
    source: meta.source,
    type,
    subject: meta.subject,
    time: typeof meta.time === 'string' ? meta.time : meta.time.toISOString(),
    datacontenttype: 'application/json',
    correlationid: meta.correlationId,
    causationid: meta.causationId,
    traceparent: meta.traceparent,
    data,
  };
}
