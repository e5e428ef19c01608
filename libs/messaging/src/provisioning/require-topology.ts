import type { Topology } from '#contracts';
import { checkTopology } from './declare.js';

/** For a service's start: throws one line that names everything missing and says what to do. */
export async function requireTopology(
  amqpUrl: string,
  topology: Partial<Pick<Topology, 'exchanges' | 'queues'>>,
): Promise<void> {
  const missing = await checkTopology(amqpUrl, topology);
  if (missing.length === 0) return;
  throw new Error(`the broker lacks ${missing.join(', ')}; run "dagctl topology apply" against it first`);
}
