import type { MessageContract, RouteParameters } from '#contracts';
import type { OutgoingMessage } from './outgoing.js';

/** `unroutable`: the broker has the message and no queue takes it, e.g. an order to a member without an agent. */
export type PublishOutcome = 'routed' | 'unroutable';

export interface PublishOptions {
  /** Default: a random UUID. */
  readonly id?: string;
  /** The database, run or member that the message is about. */
  readonly subject?: string;
  readonly correlationId?: string;
  readonly causationId?: string;
}

/**
 * Sends messages and says what became of them. A promise that fulfils means that the broker has confirmed: the message is stored
 * (durable ones on disk) or had nowhere to go. It rejects with a FailureError only when the outcome will not be known
 * (`publish.unknown`: the time limit is over; `publish.closed`), when the broker refuses the message itself
 * (`publish.refused`), or when too many messages wait already (`publish.overload`).
 */
export interface Publisher {
  publish<D extends object, R extends string>(
    contract: MessageContract<D, R>,
    route: RouteParameters<R>,
    data: D,
    options?: PublishOptions,
  ): Promise<PublishOutcome>;
  /** Sends what an outbox has stored; sending it again is the same message again. */
  send(message: OutgoingMessage): Promise<PublishOutcome>;
}
