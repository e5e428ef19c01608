import { connect, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { Arrivals, latencies, throughput, type Latency, type Throughput } from './measure.js';

/** The size of a message's body in every measurement. */
export const BODY_BYTES = 1_024;
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

export interface Comparison {
  readonly publish: Throughput;
  readonly latency: Latency;
}

/** Persistent messages, confirmed, by plain amqplib: what the broker and the client library can do. */
export async function rawAmqplib(url: string, messages: number, samples: number): Promise<Comparison> {
  const model = await connect(url, { noDelay: true });
  const channel = await model.createConfirmChannel();
  try {
    const queue = 'bench.raw';
    await channel.assertQueue(queue, QUORUM);
    const body = Buffer.alloc(BODY_BYTES, 'x');
    const publish = await throughput(messages, () => confirmed(channel, queue, body, 'm'));
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, QUORUM);
    const arrivals = new Arrivals();
    await consume(model, queue, (id) => arrivals.arrived(id));
    const latency = await latencies(samples, async (index) => {
      const arrival = arrivals.expect(String(index));
      await confirmed(channel, queue, body, String(index));
      await arrival;
    });
    await channel.deleteQueue(queue);
    return { publish, latency };
  } finally {
    await model.close();
  }
}

/**
 * Three confirmed hops, one after the other: published, confirmed and consumed, three times. The least that an event needs from an agent by way
 * of the inventory and the conductor to another agent.
 */
export async function threeRawHops(url: string, samples: number): Promise<Latency> {
  const model = await connect(url, { noDelay: true });
  const channel = await model.createConfirmChannel();
  const queues = ['bench.hop.1', 'bench.hop.2', 'bench.hop.3'];
  try {
    const arrivals = new Arrivals();
    const body = Buffer.alloc(BODY_BYTES, 'x');
    for (const queue of queues) {
      await channel.assertQueue(queue, QUORUM);
      await consume(model, queue, (id) => arrivals.arrived(`${queue} ${id}`));
    }
    return await latencies(samples, async (index) => {
      for (const queue of queues) {
        const arrival = arrivals.expect(`${queue} ${index}`);
        await confirmed(channel, queue, body, String(index));
        await arrival;
      }
    });
  } finally {
    for (const queue of queues) await channel.deleteQueue(queue).catch(() => undefined);
    await model.close();
  }
}

async function consume(model: ChannelModel, queue: string, arrived: (id: string) => void): Promise<void> {
  const channel = await model.createChannel();
  await channel.prefetch(100);
  await channel.consume(queue, (message) => {
    if (!message) return;
    arrived(String(message.properties.messageId));
    channel.ack(message);
  });
}

function confirmed(channel: ConfirmChannel, queue: string, body: Buffer, messageId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const answered = (error: unknown): void => (error instanceof Error ? reject(error) : resolve());
    channel.publish(
      '',
      queue,
      body,
      { persistent: true, mandatory: true, messageId, contentType: 'application/json' },
      answered,
    );
  });
}
