import type { BrokerFigures, QueueFigures } from '#messaging';
import type { Metrics, Sample } from './metrics.js';
import type { Check } from './readiness.js';

/** What of a broker is watched. */
export interface WatchedBroker {
  figures(): BrokerFigures;
}

const OUTCOMES = [
  'handled',
  'delayed',
  'parked',
  'skipped',
  'givenBack',
] as const satisfies readonly (keyof QueueFigures)[];

/** What every service tells of its broker. */
export function brokerMetrics(metrics: Metrics, broker: WatchedBroker): void {
  const figures = metrics.perScrape(() => broker.figures());
  const ofQueues = (read: (queue: QueueFigures) => readonly Sample[]) => (): readonly Sample[] =>
    figures().queues.flatMap(read);
  metrics.gauge(
    { name: 'dag_broker_connected', help: 'Whether a connection to the broker is up.', labels: ['connection'] },
    () =>
      figures().connections.map(({ role, isConnected }) => ({
        labels: { connection: role },
        value: isConnected ? 1 : 0,
      })),
  );
  metrics.gauge(
    { name: 'dag_broker_blocked', help: 'Whether the broker says that it takes no messages, for memory or disk.' },
    () => (figures().blockedBecause === undefined ? 0 : 1),
  );
  metrics.gauge(
    {
      name: 'dag_queue_consumed',
      help: 'Whether the broker delivers the messages of a queue here.',
      labels: ['queue'],
    },
    ofQueues(({ queue, isConsumed }) => [{ labels: { queue }, value: isConsumed ? 1 : 0 }]),
  );
  metrics.gauge(
    {
      name: 'dag_messages_held',
      help: 'Messages in hand that wait for what the service itself lacks, its database for one.',
      labels: ['queue'],
    },
    ofQueues(({ queue, held }) => [{ labels: { queue }, value: held }]),
  );
  metrics.counter(
    {
      name: 'dag_messages_total',
      help: 'Messages taken from a queue, by what became of them.',
      labels: ['queue', 'outcome'],
    },
    ofQueues((each) => OUTCOMES.map((outcome) => ({ labels: { queue: each.queue, outcome }, value: each[outcome] }))),
  );
  metrics.counter(
    { name: 'dag_message_retries_total', help: 'Further tries of messages in hand.', labels: ['queue'] },
    ofQueues(({ queue, retries }) => [{ labels: { queue }, value: retries }]),
  );
  metrics.counter(
    { name: 'dag_publishes_total', help: 'Messages sent, by what became of them.', labels: ['outcome'] },
    () => {
      const { routed, unroutable, failed } = figures().publishing;
      return Object.entries({ routed, unroutable, failed }).map(([outcome, value]) => ({ labels: { outcome }, value }));
    },
  );
  metrics.counter(
    {
      name: 'dag_publish_nacks_total',
      help: 'Times that the broker took none of a message for the moment; it is sent again.',
    },
    () => figures().publishing.nacks,
  );
  metrics.gauge(
    { name: 'dag_publishes_in_flight', help: 'Messages sent and not yet confirmed.' },
    () => figures().publishing.inFlight,
  );
  metrics.gauge(
    { name: 'dag_publishes_waiting', help: 'Messages that wait to be sent, for a connection or for the broker.' },
    () => figures().publishing.waiting,
  );
}

/** The connections are up and usable, and every queue that the service reads is delivered to it. */
export function brokerChecks(broker: WatchedBroker): readonly Check[] {
  return [
    {
      name: 'broker',
      look: () => {
        const { connections, blockedBecause } = broker.figures();
        const down = connections.filter(({ isConnected }) => !isConnected).map(({ role }) => role);
        if (down.length > 0) return { ok: false, detail: `no connection to ${down.join(', ')}` };
        if (blockedBecause !== undefined) return { ok: false, detail: `it takes no messages: ${blockedBecause}` };
        return { ok: true, detail: 'connected' };
      },
    },
    {
      name: 'queues',
      look: () => {
        const { queues } = broker.figures();
        const missing = queues.filter(({ isConsumed }) => !isConsumed).map(({ queue }) => queue);
        return missing.length > 0
          ? {
              ok: false,
              detail: `not delivered here: ${missing.join(', ')}; "dagctl topology check" says whether they are there`,
            }
          : {
              ok: true,
              detail: queues.length === 0 ? 'none to read at present' : `${queues.length} are delivered here`,
            };
      },
    },
  ];
}
