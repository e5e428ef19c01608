import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandQueue, GetSnapshot, Queues, StateReportOrdered } from '#contracts';
import { applyPolicies, SILENT_LOG, type LogEntry } from '#messaging';
import { until } from '../../support/eventually.js';
import { hasBroker, MANAGEMENT_URL, Playground } from './support.js';

const when = hasBroker ? describe : describe.skip;
const RECYCLED = 'broker.channel-recycled';
/** Longer than the test: a question that ran out of time would leave its queue. */
const LONG_MS = 60_000;

/** A broker refuses messages where a queue is full, and where it looks for the leader of a queue at a node that is dead. */
when('what a broker refuses', () => {
  let ground: Playground;
  beforeAll(async () => {
    ground = await Playground.open();
  });
  afterAll(async () => ground.close());

  function recording() {
    const said: LogEntry[] = [];
    return { said, log: { ...SILENT_LOG, warn: (entry: LogEntry) => void said.push(entry) } };
  }

  async function limit(queue: string, length: number): Promise<void> {
    const definition = { overflow: 'reject-publish', 'max-length': length };
    const policy = {
      name: `limit-${queue}`,
      pattern: `^${queue}$`,
      applyTo: 'queues',
      priority: 99,
      definition,
    } as const;
    await applyPolicies(MANAGEMENT_URL, ground.vhost, [policy]);
  }

  it('is sent again, on a new channel when the old one is refused for long, and arrives when there is room', async () => {
    const { said, log } = recording();
    const { publisher } = ground.broker({ log });
    const queue = commandQueue('ex01');
    await limit(queue, 1);
    const sent: Promise<unknown>[] = [];
    // A policy counts some time after it was set, so there is more to refuse until one is refused.
    await until('a new channel is tried', () => {
      const options = { id: `refused-${sent.length}` };
      sent.push(publisher.publish(StateReportOrdered, { member: 'ex01' }, { reason: 'x' }, options));
      return said.some(({ event }) => event === RECYCLED);
    });
    expect(said.some(({ event }) => event === 'publish.nacked')).toBe(true);
    await limit(queue, 1_000);
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['routed']));
    const depth = await ground.depth(queue);
    const arrived = (await ground.takeMany(queue, depth)).map(({ properties }) => String(properties.messageId));
    expect(new Set(arrived).size).toBe(sent.length);
  });

  it('of questions is asked again on a new channel', async () => {
    const { said, log } = recording();
    const { queries } = ground.broker({ log });
    await limit(Queues.inventoryQueries, 1);
    let asked = 0;
    await until('a new channel is tried', () => {
      asked += 1;
      // Nobody answers this queue here: what counts is that each question stands in it.
      queries.query(GetSnapshot, {}, {}, { timeoutMs: LONG_MS }).catch(() => undefined);
      return said.some(({ event }) => event === RECYCLED);
    });
    await limit(Queues.inventoryQueries, 1_000);
    await until('all wait in the queue', async () => (await ground.depth(Queues.inventoryQueries)) >= asked);
    expect(said.filter(({ event }) => event === RECYCLED).length).toBeGreaterThan(0);
  });
});
