import type { Channel, ChannelModel } from 'amqplib';
import type { Topology } from '#contracts';
import { openChannel } from '../connection/brief-connection.js';

/** `hidden`: the user may not even look. RabbitMQ asks for a permission for that from 4.3 on (rabbitmq.md section 2). */
export type SeenState = 'there' | 'missing' | 'hidden';

export interface SeenThing {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  readonly state: SeenState;
  /** Of a queue that is there: the messages ready in it, and who consumes it. Null otherwise. */
  readonly load: QueueLoad | null;
}

export interface QueueLoad {
  readonly messages: number;
  readonly consumers: number;
}

const MISSING = 404;
const FORBIDDEN = 403;

/** Looks at exchanges and queues by passive declares, which change nothing and need no administrator. Bindings and policies cannot be seen so. */
export async function inspectThings(
  model: ChannelModel,
  { exchanges = [], queues = [] }: Partial<Pick<Topology, 'exchanges' | 'queues'>>,
): Promise<readonly SeenThing[]> {
  const looks = [
    ...exchanges.map(({ name }) => ({
      kind: 'exchange' as const,
      name,
      look: async (channel: Channel): Promise<QueueLoad | null> => {
        await channel.checkExchange(name);
        return null;
      },
    })),
    ...queues.map(({ name }) => ({
      kind: 'queue' as const,
      name,
      look: async (channel: Channel): Promise<QueueLoad | null> => {
        const { messageCount, consumerCount } = await channel.checkQueue(name);
        return { messages: messageCount, consumers: consumerCount };
      },
    })),
  ];
  const seen: SeenThing[] = [];
  let channel = await openChannel(model);
  for (const { kind, name, look } of looks) {
    try {
      seen.push({ kind, name, state: 'there', load: await look(channel) });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== MISSING && code !== FORBIDDEN) throw error;
      seen.push({ kind, name, state: code === MISSING ? 'missing' : 'hidden', load: null });
      // The broker closes the channel of a look that fails.
      channel = await openChannel(model);
    }
  }
  await channel.close();
  return seen;
}
