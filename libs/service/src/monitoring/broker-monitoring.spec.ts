import { describe, expect, it } from '@jest/globals';
import type { BrokerFigures, QueueFigures } from '#messaging';
import { brokerChecks, brokerMetrics } from './broker-monitoring.js';
import { Metrics } from './metrics.js';
import { readinessOf } from './readiness.js';

const INBOX: QueueFigures = {
  queue: 'dag.conductor.inbox',
  isConsumed: true,
  handled: 5,
  delayed: 2,
  parked: 1,
  skipped: 0,
  givenBack: 0,
  retries: 3,
  held: 1,
};
const WELL: BrokerFigures = {
  connections: [
    { role: 'publish', isConnected: true },
    { role: 'consume', isConnected: true },
  ],
  blockedBecause: undefined,
  publishing: { routed: 7, unroutable: 1, failed: 0, nacks: 4, inFlight: 2, waiting: 9 },
  queues: [INBOX],
};
const ready = (figures: Partial<BrokerFigures>) =>
  readinessOf(brokerChecks({ figures: () => ({ ...WELL, ...figures }) }));

describe('what a service tells of its broker', () => {
  it('is what the broker counts', async () => {
    const metrics = new Metrics(() => undefined);
    brokerMetrics(metrics, { figures: () => WELL });
    const text = await metrics.render();
    for (const line of [
      'dag_broker_connected{connection="consume"} 1',
      'dag_broker_blocked 0',
      'dag_queue_consumed{queue="dag.conductor.inbox"} 1',
      'dag_messages_total{queue="dag.conductor.inbox",outcome="handled"} 5',
      'dag_messages_total{queue="dag.conductor.inbox",outcome="parked"} 1',
      'dag_messages_total{queue="dag.conductor.inbox",outcome="skipped"} 0',
      'dag_message_retries_total{queue="dag.conductor.inbox"} 3',
      'dag_messages_held{queue="dag.conductor.inbox"} 1',
      'dag_publishes_total{outcome="unroutable"} 1',
      'dag_publish_nacks_total 4',
      'dag_publishes_in_flight 2',
      'dag_publishes_waiting 9',
    ])
      expect(text).toContain(`\n${line}\n`);
  });

  it('is well when every connection is up and every queue delivered', async () => {
    expect((await ready({})).ready).toBe(true);
    expect((await ready({ queues: [] })).ready).toBe(true);
  });

  it.each([
    ['a connection is missing', { connections: [{ role: 'answer', isConnected: false }] }, 'broker', 'answer'],
    ['it takes no messages', { blockedBecause: 'low on disk' }, 'broker', 'low on disk'],
    ['a queue is not delivered', { queues: [{ ...INBOX, isConsumed: false }] }, 'queues', INBOX.queue],
  ] as const)('is not well when %s', async (_, figures, check, why) => {
    const { ready: isReady, checks } = await ready(figures);
    expect(isReady).toBe(false);
    expect(checks[check]).toEqual({ ok: false, detail: expect.stringContaining(why) });
  });
});
