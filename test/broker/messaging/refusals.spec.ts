import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandQueue, GetSnapshot, Queues, StateReportOrdered } from '#contracts';
import { applyPolicies, SILENT_LOG, type LogEntry } from '#messaging';
import { eventually, hasBroker, MANAGEMENT_URL, Playground } from './support.js';

const when = hasBroker ? describe : describe.skip;
const RECYCLED = 'broker.channel-recycled';
const MESSAGES = 10;

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
    const sent = Array.from({ length: MESSAGES }, (_, index) =>
      publisher.publish(StateReportOrdered, { member: 'ex01' }, { reason: 'x' }, { id: `refused-${index}` }),
    );
    await eventually('a new channel is tried', () => said.some(({ event }) => event === RECYCLED));
    expect(said.some(({ event }) => event === 'publish.nacked')).toBe(true);
    await limit(queue, 1_000);
    expect(new Set(await Promise.all(sent))).toEqual(new Set(['routed']));
    const depth = await ground.depth(queue);
    const arrived = (await ground.takeMany(queue, depth)).map(({ properties }) => String(properties.messageId));
    expect(new Set(arrived).size).toBe(MESSAGES);
  });

  it('of questions is asked again on a new channel', async () => {
    const { said, log } = recording();
    const { queries } = ground.broker({ log });
    await limit(Queues.inventoryQueries, 1);
    const asked = Array.from({ length: MESSAGES }, () =>
      queries.query(GetSnapshot, {}, {}, { timeoutMs: 6_000 }).catch(() => undefined),
    );
    await eventually('a new channel is tried', () => said.some(({ event }) => event === RECYCLED));
    await limit(Queues.inventoryQueries, 1_000);
    await eventually('all wait in the queue', async () => (await ground.depth(Queues.inventoryQueries)) >= MESSAGES);
    // Nobody answers this queue here: what counts is that each question stands in it.
    expect(await Promise.all(asked)).toEqual(Array.from({ length: MESSAGES }, () => undefined));
  });
});
