import { Queues } from '#contracts';
import type { QueueOptions } from '#messaging';

/** Questions wait for agents, so many are answered side by side; the inbox is taken in order. */
export const CONSUMED_QUEUES: readonly QueueOptions[] = [
  { name: Queues.inventoryInbox, prefetch: 20 },
  { name: Queues.inventoryHeartbeats, prefetch: 100, answers: false },
  { name: Queues.inventoryQueries, prefetch: 100, serial: false },
];
