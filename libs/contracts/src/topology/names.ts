/** The exchanges, by name (design section 4). */
export const EXCHANGES = [
  'dag.requests',
  'dag.commands',
  'dag.results',
  'dag.inventory',
  'dag.events',
  'dag.heartbeats',
  'dag.queries',
  'dag.wait',
  'dag.redeliver',
  'dag.dlx',
  'dag.park',
  'dag.unrouted',
] as const;
export type ExchangeName = (typeof EXCHANGES)[number];

export const Queues = {
  conductorInbox: 'dag.conductor.inbox',
  conductorHeartbeats: 'dag.conductor.heartbeats',
  conductorQueries: 'dag.conductor.queries',
  inventoryInbox: 'dag.inventory.inbox',
  inventoryHeartbeats: 'dag.inventory.heartbeats',
  inventoryQueries: 'dag.inventory.queries',
  dead: 'dag.dead',
  unrouted: 'dag.unrouted',
  audit: 'dag.audit',
} as const;

/** Services that park messages; all agents share the parking of `node`. */
export const PARKING_SERVICES = ['conductor', 'inventory', 'node'] as const;
export type ParkingService = (typeof PARKING_SERVICES)[number];

/** Where a message goes that a service could not handle (`error`) or does not know (`skipped`). */
export function parkQueue(service: ParkingService, why: 'error' | 'skipped'): string {
  return `dag.${service}.${why}`;
}

/** Where the messages of a service go back to when a person has mended what they failed of. */
export const REPLAYS: Readonly<Record<ParkingService, string | null>> = {
  conductor: Queues.conductorInbox,
  inventory: Queues.inventoryInbox,
  // An order comes from the conductor, which orders anew what is still wanted; a person must not.
  node: null,
};

/** Routing key that brings a parked message back to the queue in which it failed. */
export function replayKey(queue: string): string {
  return `replay.${queue}`;
}

/** Every queue where messages lie that wait for a person. */
export function parkingQueues(): readonly string[] {
  const parked = PARKING_SERVICES.flatMap((service) => [parkQueue(service, 'error'), parkQueue(service, 'skipped')]);
  return [...parked, Queues.dead, Queues.unrouted];
}

export function commandQueue(memberId: string): string {
  return `dag.node.${memberId}.commands`;
}

/**
 * Delays of the redelivery ladder, in order. One queue each with a queue TTL: messages expire only at the head of a queue,
 * so different delays must not share one (rabbitmq.md section 1 fact 10).
 */
export const WAIT_STEPS = [
  { name: '5s', delayMs: 5_000 },
  { name: '1m', delayMs: 60_000 },
  { name: '10m', delayMs: 600_000 },
] as const;

export function waitQueue(step: (typeof WAIT_STEPS)[number]['name']): string {
  return `dag.wait.${step}`;
}

/** Routing key that sends a message through a wait queue and back to the queue it came from. */
export function waitKey(step: (typeof WAIT_STEPS)[number]['name'], queue: string): string {
  return `${step}.${queue}`;
}
