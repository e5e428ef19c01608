import type { Channel } from 'amqplib';
import type { Topology } from '#contracts';
import { openChannel, withBriefConnection } from '../connection/brief-connection.js';
import { messageOf } from '../connection/log.js';

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
    const checks = [
      ...(topology.exchanges ?? []).map(({ name }) => ({
        what: `exchange ${name}`,
        look: (channel: Channel) => channel.checkExchange(name),
      })),
      ...(topology.queues ?? []).map(({ name }) => ({
        what: `queue ${name}`,
        look: (channel: Channel) => channel.checkQueue(name),
      })),
    ];
    const missing: string[] = [];
    let channel = await openChannel(model);
    for (const { what, look } of checks) {
      try {
        await look(channel);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? error.code : undefined;
        // RabbitMQ 4.3 asks for a permission even to look; what may not be looked at is there (rabbitmq.md section 2).
        if (code === 404) missing.push(what);
        else if (code !== 403) throw error;
        channel = await openChannel(model);
      }
    }
    await channel.close();
    return missing;
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
