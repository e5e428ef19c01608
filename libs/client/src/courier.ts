import { FailureError, failure, type MessageContract, type QueryContract } from '#contracts';
import type { PublishOptions } from '#messaging';
import type { ClientConnection } from './connection.js';
import { QUERY_TIMEOUT_MS } from './limits.js';

/** The services that something can be sent to. */
export type Addressee = 'conductor' | 'inventory';

/** What became of a message that nobody is there to take. */
const IN_VAIN: Readonly<Record<Addressee, { readonly type: string; readonly left: string }>> = {
  conductor: { type: 'conductor.absent', left: 'no conductor inbox to put it into. Nothing was started.' },
  inventory: { type: 'inventory.absent', left: 'no inventory inbox that takes it. Nothing was kept.' },
};

/** Asks and sends; what goes wrong comes back as a failure that says what to do. */
export class Courier {
  constructor(private readonly connection: ClientConnection) {}

  ask<Data extends object, Reply extends object>(
    contract: QueryContract<Data, Reply>,
    data: Data,
    timeoutMs = QUERY_TIMEOUT_MS,
  ): Promise<Reply> {
    return this.connection.queries.query(contract, {}, data, { timeoutMs });
  }

  /** Resolves when the broker has it stored. `what` completes "Sent …". */
  async send<Data extends object>(
    to: Addressee,
    what: string,
    contract: MessageContract<Data>,
    data: Data,
    options: PublishOptions,
  ): Promise<void> {
    const outcome = await this.connection.publisher.publish(contract, {}, data, options);
    if (outcome === 'unroutable') throw inVain(to, what);
  }
}

function inVain(to: Addressee, what: string): FailureError {
  const { type, left } = IN_VAIN[to];
  return new FailureError(
    failure(
      type,
      `Sent ${what}, and the broker has ${left} Set the broker up with "dagctl topology apply" and see that the ${to} ` +
        'service runs, then send again.',
      { retryable: false },
    ),
  );
}
