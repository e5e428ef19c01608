import type { Topology } from '#contracts';
import { openChannel, withBriefConnection } from '../connection/brief-connection.js';
import { messageOf } from '../connection/log.js';
import { inspectThings } from './inspect.js';

const TOPOLOGY_LIMIT_MS = 60_000;

type Things = Pick<Topology, 'queues' | 'bindings'> & Partial<Pick<Topology, 'exchanges'>>;

/** Declares exchanges, queues and bindings. Repeating it changes nothing; a queue that exists with other arguments is an error that names it. */
export async function applyTopology(amqpUrl: string, topology: Things): Promise<void> {
  await withBriefConnection(amqpUrl, 'the topology could not be applied', TOPOLOGY_LIMIT_MS, async (model) => {
    const channel = await openChannel(model);
    for (const { name, type, arguments: args } of topology.exchanges ?? []) {
      await named(`exchange ${name}`, channel.assertExchange(name, type, { durable: true, arguments: args }));
    }
    for (const { name, arguments: args } of topology.queues) {
      await named(`queue ${name}`, channel.assertQueue(name, { durable: true, arguments: args }));
    }
    for (const { exchange, queue, key } of topology.bindings) {
      await named(`binding of ${queue} to ${exchange} with key "${key}"`, channel.bindQueue(queue, exchange, key));
    }
    await channel.close();
  });
}

/** What is missing, one line each; empty when all is there. Bindings cannot be looked at over AMQP and are not checked. */
export async function checkTopology(
  amqpUrl: string,
  topology: Partial<Pick<Topology, 'exchanges' | 'queues'>>,
): Promise<readonly string[]> {
  return withBriefConnection(amqpUrl, 'the topology could not be checked', TOPOLOGY_LIMIT_MS, async (model) => {
    const seen = await inspectThings(model, topology);
    // What may not be looked at is there.
    return seen.filter(({ state }) => state === 'missing').map(({ kind, name }) => `${kind} ${name}`);
  });
}

async function named(what: string, declaration: Promise<unknown>): Promise<void> {
  try {
    await declaration;
  } catch (error) {
    const advice = messageOf(error).includes('PRECONDITION_FAILED')
      ? ' It exists with other properties, which cannot be changed: empty it, delete it, and apply the topology again.'
      : '';
    throw new Error(`${what}: ${messageOf(error)}.${advice}`, { cause: error });
  }
}
