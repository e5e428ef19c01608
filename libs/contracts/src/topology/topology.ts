import { bindingPattern } from '../message.js';
import { ActionAudited } from '../messages/access.js';
import { AttemptAccepted, AttemptEnded, AttemptRefused, AttemptStarted } from '../messages/attempts.js';
import { BackupsReported } from '../messages/catalogue.js';
import { DatabaseMoveObserved, NodeReported } from '../messages/reports.js';
import { RestoreStepAccepted, RestoreStepEnded } from '../messages/restore-steps.js';
import {
  PARKING_SERVICES,
  Queues,
  REPLAYS,
  WAIT_STEPS,
  commandQueue,
  parkQueue,
  replayKey,
  waitQueue,
  type ExchangeName,
  type ParkingService,
} from './names.js';

/**
 * What must exist on the broker, as data. Arguments are forever and policies are not (rabbitmq.md section 1 fact 13), so
 * arguments hold only the queue type, single active consumer, and where the messages of a queue go that is made for giving them
 * back: a wait queue, and the parking of a service. Limits and the dead lettering of work are policies.
 */
export interface Topology {
  readonly exchanges: readonly ExchangeDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly bindings: readonly BindingDefinition[];
  readonly policies: readonly PolicyDefinition[];
}

export interface ExchangeDefinition {
  readonly name: ExchangeName;
  readonly type: 'direct' | 'topic' | 'fanout';
  readonly arguments: Readonly<Record<string, string>>;
}

export interface QueueDefinition {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

export interface BindingDefinition {
  readonly exchange: ExchangeName;
  readonly queue: string;
  readonly key: string;
}

export interface PolicyDefinition {
  readonly name: string;
  readonly pattern: string;
  readonly applyTo: 'queues';
  readonly priority: number;
  readonly definition: Readonly<Record<string, string | number>>;
}

/** Redeliveries before the broker itself puts a message away: a consumer that dies of it must not die for ever. */
const DELIVERY_LIMIT = 20;
const WORK_MAX_LENGTH = 100_000;
const PARK_MAX_LENGTH = 100_000;
/**
 * Each look at a parked message counts as a delivery, and RabbitMQ 4 allows 20 where nothing is said. With a limit, whatever its height,
 * messages that were only looked at go back to their places; without one, to the end of the queue (rabbitmq.md fact 11).
 */
const PARK_DELIVERY_LIMIT = 1_000_000;
const HEARTBEAT_TTL_MS = 60_000;
const HEARTBEAT_MAX_LENGTH = 10_000;
const QUERY_TTL_MS = 30_000;
const QUERY_MAX_LENGTH = 1_000;
const AUDIT_MAX_BYTES = 1_000_000_000;

const withAlternate = { 'alternate-exchange': 'dag.unrouted' } as const;
const quorum = { 'x-queue-type': 'quorum' } as const;
const oneAtATime = { ...quorum, 'x-single-active-consumer': true } as const;

/** What the broker moves on from this queue goes back to a queue that works, and is never lost on the way. */
function redelivering(key: string | null): QueueDefinition['arguments'] {
  return {
    ...quorum,
    'x-dead-letter-exchange': 'dag.redeliver',
    ...(key === null ? {} : { 'x-dead-letter-routing-key': key }),
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}

/**
 * A message rejected here goes back to its service, moved by the broker: whole, with the user it was parked by, and neither lost nor
 * doubled by who rejects it. In arguments, so that no policy of somebody else can turn that into losing it.
 */
function parkingOf(service: ParkingService): QueueDefinition['arguments'] {
  const queue = REPLAYS[service];
  return queue === null ? quorum : redelivering(replayKey(queue));
}

const exchanges: readonly ExchangeDefinition[] = [
  { name: 'dag.requests', type: 'topic', arguments: withAlternate },
  // No alternate exchange: an order nobody takes must come back to the sender as "no agent on that member".
  { name: 'dag.commands', type: 'direct', arguments: {} },
  { name: 'dag.results', type: 'topic', arguments: withAlternate },
  { name: 'dag.inventory', type: 'topic', arguments: withAlternate },
  { name: 'dag.events', type: 'topic', arguments: withAlternate },
  { name: 'dag.heartbeats', type: 'topic', arguments: {} },
  { name: 'dag.queries', type: 'direct', arguments: {} },
  { name: 'dag.wait', type: 'topic', arguments: {} },
  { name: 'dag.redeliver', type: 'topic', arguments: withAlternate },
  { name: 'dag.dlx', type: 'topic', arguments: {} },
  { name: 'dag.park', type: 'direct', arguments: withAlternate },
  { name: 'dag.unrouted', type: 'fanout', arguments: {} },
];

const policies: readonly PolicyDefinition[] = [
  {
    name: 'dag-work',
    pattern: '^dag\\.(conductor\\.inbox|inventory\\.inbox|node\\..*\\.commands)$',
    applyTo: 'queues',
    priority: 10,
    definition: {
      'dead-letter-exchange': 'dag.dlx',
      'dead-letter-strategy': 'at-least-once',
      overflow: 'reject-publish',
      'delivery-limit': DELIVERY_LIMIT,
      'max-length': WORK_MAX_LENGTH,
    },
  },
  {
    name: 'dag-park',
    pattern: '^dag\\.(.*\\.(error|skipped)|dead|unrouted)$',
    applyTo: 'queues',
    priority: 10,
    definition: {
      overflow: 'reject-publish',
      'max-length': PARK_MAX_LENGTH,
      'delivery-limit': PARK_DELIVERY_LIMIT,
    },
  },
  {
    name: 'dag-heartbeats',
    pattern: '^dag\\..*\\.heartbeats$',
    applyTo: 'queues',
    priority: 10,
    definition: { 'message-ttl': HEARTBEAT_TTL_MS, 'max-length': HEARTBEAT_MAX_LENGTH },
  },
  {
    name: 'dag-queries',
    pattern: '^dag\\..*\\.queries$',
    applyTo: 'queues',
    priority: 10,
    definition: { 'message-ttl': QUERY_TTL_MS, 'max-length': QUERY_MAX_LENGTH },
  },
  {
    name: 'dag-audit',
    pattern: '^dag\\.audit$',
    applyTo: 'queues',
    priority: 10,
    definition: { 'max-age': '30D', 'max-length-bytes': AUDIT_MAX_BYTES },
  },
];

/** Everything but the members' own queues. */
export function serviceTopology(): Topology {
  const parking = PARKING_SERVICES.flatMap((service) =>
    (['error', 'skipped'] as const).map((why) => ({ name: parkQueue(service, why), arguments: parkingOf(service) })),
  );
  const inboxes = [Queues.conductorInbox, Queues.inventoryInbox];
  return {
    exchanges,
    queues: [
      ...inboxes.map((name) => ({ name, arguments: oneAtATime })),
      { name: Queues.conductorHeartbeats, arguments: quorum },
      { name: Queues.inventoryHeartbeats, arguments: quorum },
      { name: Queues.conductorQueries, arguments: quorum },
      { name: Queues.inventoryQueries, arguments: quorum },
      ...WAIT_STEPS.map((step) => ({
        name: waitQueue(step.name),
        // Without a key of its own: the one with which it came names the queue it is from.
        arguments: { ...redelivering(null), 'x-message-ttl': step.delayMs },
      })),
      ...parking,
      ...[Queues.dead, Queues.unrouted].map((name) => ({ name, arguments: quorum })),
      { name: Queues.audit, arguments: { 'x-queue-type': 'stream' } },
    ],
    bindings: [
      { exchange: 'dag.requests', queue: Queues.conductorInbox, key: 'request.#' },
      { exchange: 'dag.requests', queue: Queues.inventoryInbox, key: 'access.#' },
      { exchange: 'dag.requests', queue: Queues.audit, key: bindingPattern(ActionAudited) },
      ...[AttemptAccepted, AttemptStarted, AttemptRefused, AttemptEnded, RestoreStepAccepted, RestoreStepEnded].map(
        (contract) => ({
          exchange: contract.exchange,
          queue: Queues.conductorInbox,
          key: bindingPattern(contract),
        }),
      ),
      { exchange: 'dag.inventory', queue: Queues.conductorInbox, key: '#' },
      ...[NodeReported, DatabaseMoveObserved, BackupsReported, AttemptEnded].map((contract) => ({
        exchange: contract.exchange,
        queue: Queues.inventoryInbox,
        key: bindingPattern(contract),
      })),
      { exchange: 'dag.heartbeats', queue: Queues.conductorHeartbeats, key: '#' },
      { exchange: 'dag.heartbeats', queue: Queues.inventoryHeartbeats, key: '#' },
      { exchange: 'dag.queries', queue: Queues.conductorQueries, key: 'conductor' },
      { exchange: 'dag.queries', queue: Queues.inventoryQueries, key: 'inventory' },
      { exchange: 'dag.events', queue: Queues.audit, key: '#' },
      ...WAIT_STEPS.map((step) => ({
        exchange: 'dag.wait' as const,
        queue: waitQueue(step.name),
        key: `${step.name}.#`,
      })),
      ...inboxes.map((queue) => ({ exchange: 'dag.redeliver' as const, queue, key: `*.${queue}` })),
      ...parking.map(({ name }) => ({ exchange: 'dag.park' as const, queue: name, key: name })),
      { exchange: 'dag.dlx', queue: Queues.dead, key: '#' },
      { exchange: 'dag.unrouted', queue: Queues.unrouted, key: '' },
    ],
    policies,
  };
}

/** What one member adds. Adding a member is applying this; removing one is deleting its queue. */
export function memberTopology(memberId: string): Pick<Topology, 'queues' | 'bindings'> {
  const queue = commandQueue(memberId);
  return {
    queues: [{ name: queue, arguments: oneAtATime }],
    bindings: [
      { exchange: 'dag.commands', queue, key: memberId },
      { exchange: 'dag.redeliver', queue, key: `*.${queue}` },
    ],
  };
}

/** The whole topology for these members. */
export function topologyFor(memberIds: readonly string[]): Topology {
  const services = serviceTopology();
  const members = memberIds.map(memberTopology);
  return {
    ...services,
    queues: [...services.queues, ...members.flatMap((member) => member.queues)],
    bindings: [...services.bindings, ...members.flatMap((member) => member.bindings)],
  };
}
