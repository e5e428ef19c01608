import { connect, type ChannelModel } from 'amqplib';
import type { Topology } from '#contracts';
import { parseBrokerUrls, type BrokerUrl } from '../connection/broker-url.js';
import { within } from '../connection/deferred.js';
import { messageOf } from '../connection/log.js';
import { inspectThings, openChannel } from './inspect.js';

const CONNECT_TIMEOUT_MS = 10_000;
const TOPOLOGY_LIMIT_MS = 60_000;

type Things = Pick<Topology, 'queues' | 'bindings'> & Partial<Pick<Topology, 'exchanges'>>;

/** Declares exchanges, queues and bindings. Repeating it changes nothing; a queue that exists with other arguments is an error that names it. */
export async function applyTopology(amqpUrl: string, topology: Things): Promise<void> {
  await connected(amqpUrl, 'the topology could not be applied', async (model) => {
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
  return connected(amqpUrl, 'the topology could not be checked', async (model) => {
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

async function connected<T>(amqpUrl: string, failing: string, work: (model: ChannelModel) => Promise<T>): Promise<T> {
  const hosts = parseBrokerUrls(amqpUrl);
  const { model, host } = await connectToAny(hosts, failing);
  model.on('error', () => undefined);
  try {
    return await within(work(model), TOPOLOGY_LIMIT_MS, () => new Error(`not done within ${TOPOLOGY_LIMIT_MS} ms`));
  } catch (error) {
    throw new Error(`${failing} on ${host.label}: ${messageOf(error)}`, { cause: error });
  } finally {
    // The work is done or has failed by now, and is reported as that.
    await model.close().catch(() => undefined);
  }
}

async function connectToAny(
  hosts: readonly BrokerUrl[],
  failing: string,
): Promise<{ readonly model: ChannelModel; readonly host: BrokerUrl }> {
  const failures: string[] = [];
  for (const host of hosts) {
    try {
      return { model: await connect(host.url, { noDelay: true, timeout: CONNECT_TIMEOUT_MS }), host };
    } catch (error) {
      failures.push(`${host.label}: ${messageOf(error)}`);
    }
  }
  throw new Error(
    `${failing}: no connection to ${failures.join('; ')}. Check that the broker runs, the address, the user and the virtual host.`,
  );
}
