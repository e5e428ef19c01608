import { randomUUID } from 'node:crypto';
import type { MessageContract, RouteParameters } from '#contracts';
import { nextTraceparent } from '../tracing/trace.js';
import type { ConfirmedChannel } from './confirmed-channel.js';
import { toOutgoing, type OutgoingMessage } from './outgoing.js';
import { contentOf, propertiesOf, type Sender } from './properties.js';
import type { Publisher, PublishOptions, PublishOutcome } from './publisher.js';

/** Puts messages into their envelopes and hands them to the confirm channel. */
export class EnvelopePublisher implements Publisher {
  constructor(
    private readonly channel: ConfirmedChannel,
    private readonly sender: Sender,
    private readonly source: string,
  ) {}

  async publish<D extends object, R extends string>(
    contract: MessageContract<D, R>,
    route: RouteParameters<R>,
    data: D,
    options: PublishOptions = {},
  ): Promise<PublishOutcome> {
    const { id = randomUUID(), subject, correlationId, causationId } = options;
    const time = new Date();
    const traceparent = nextTraceparent();
    return this.send(
      toOutgoing(contract, route, data, {
        id,
        source: this.source,
        time,
        subject,
        correlationId,
        causationId,
        traceparent,
      }),
    );
  }

  send(message: OutgoingMessage): Promise<PublishOutcome> {
    return this.channel.transmit({
      exchange: message.exchange,
      routingKey: message.routingKey,
      content: contentOf(message.envelope),
      options: propertiesOf(message.envelope, message.durable, this.sender),
    });
  }
}
