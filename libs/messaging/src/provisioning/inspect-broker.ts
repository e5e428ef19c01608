import { failure, FailureError, type Topology } from '#contracts';
import type { BrokerConnection } from '../connection/connection.js';
import { within } from '../connection/deferred.js';
import { messageOf } from '../connection/log.js';
import { inspectThings, type SeenThing } from './inspect.js';

/** What can be seen of a broker from a connection of an ordinary user. */
export interface BrokerInspection {
  /** Host, port and virtual host. */
  readonly place: string;
  readonly user: string;
  /** As the broker says it: `RabbitMQ`, `3.10.8`; null where it does not say. */
  readonly product: string | null;
  readonly version: string | null;
  /** Why it takes no messages at present, if it has told this connection. */
  readonly blockedBecause: string | null;
  readonly things: readonly SeenThing[];
}

/** Rejects with `broker.unreachable` when the connection is not there, and with `broker.not-inspected` when the look fails or takes too long. */
export async function inspectBroker(
  connection: BrokerConnection,
  user: string,
  topology: Partial<Pick<Topology, 'exchanges' | 'queues'>>,
  limitMs: number,
): Promise<BrokerInspection> {
  const sinceMs = performance.now();
  await connection.ready(limitMs);
  const model = await connection.model();
  const things = await within(
    inspectThings(model, topology),
    limitMs - (performance.now() - sinceMs),
    () => new Error(`it was not done within ${limitMs} ms`),
  ).catch((error: unknown) => {
    throw new FailureError(
      failure('broker.not-inspected', `Looking at the queues of the broker as ${user} failed: ${messageOf(error)}.`, {
        retryable: true,
      }),
    );
  });
  const properties: Readonly<Record<string, unknown>> = { ...model.connection.serverProperties };
  return {
    place: connection.place ?? 'an unknown host',
    user,
    product: textOf(properties['product']),
    version: textOf(properties['version']),
    blockedBecause: connection.blockedBecause ?? null,
    things,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
