import type { Envelope } from '#contracts';

/** A message as it waits in the outbox: everything that sending it again after a restart needs. */
export interface OutgoingMessage {
  /** The envelope's id and AMQP message id. Sending again uses the same one, so that receivers can tell a copy. */
  readonly id: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly durable: boolean;
  readonly envelope: Envelope;
}

export type SendOutcome = 'routed' | 'unroutable';

/** What storage needs of the transport. A rejection means that the outcome is unknown, and the message is sent again. */
export interface MessageSender {
  send(message: OutgoingMessage): Promise<SendOutcome>;
}

/** Where storage says what it does not throw. The shape is that of Nest's logger. */
export interface StorageLog {
  log(entry: Readonly<Record<string, unknown>>): void;
  warn(entry: Readonly<Record<string, unknown>>): void;
}
