import { describe, expect, it } from '@jest/globals';
import { BackupStopOrdered, RunFacts } from '#contracts';
import { backoffMs } from './connection/backoff.js';
import { parseBrokerUrls } from './connection/broker-url.js';
import { Fifo } from './publishing/fifo.js';
import { toOutgoing } from './publishing/outgoing.js';
import { passwordHash } from './provisioning/password-hash.js';
import { inTrace, nextTraceparent } from './tracing/trace.js';
import { arrange } from './nest/registry.js';

describe('broker URLs', () => {
  it('become hosts with a heartbeat, a label without secrets, and the user', () => {
    expect(parseBrokerUrls('amqp://u%40x:s3cret@a:1/dag, amqps://u%40x:s3cret@b/dag')).toEqual([
      { url: 'amqp://u%40x:s3cret@a:1/dag?heartbeat=10', label: 'a:1 (vhost dag)', user: 'u@x' },
      { url: 'amqps://u%40x:s3cret@b/dag?heartbeat=10', label: 'b (vhost dag)', user: 'u@x' },
    ]);
  });

  it.each([
    ['', /no broker URL/],
    ['nonsense s3cret', /cannot be read/],
    ['http://h', /amqp:\/\//],
    ['amqp://a@h,amqp://b@h', /as one user/],
  ])('refuses "%s"', (url, why) => {
    expect(() => parseBrokerUrls(url)).toThrow(why);
    expect(() => parseBrokerUrls(url)).not.toThrow(/s3cret/);
  });
});

it('back-off doubles up to its ceiling, with full jitter', () => {
  const backoff = { firstMs: 100, maxMs: 1_000 };
  expect([0, 1, 2, 3, 4, 99].map((attempt) => backoffMs(attempt, () => 1, backoff))).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
  expect(backoffMs(5, () => 0, backoff)).toBe(10);
});

it('a queue keeps its order while items come back to its head', () => {
  const fifo = new Fifo<number>();
  for (let item = 0; item < 3_000; item += 1) fifo.push(item);
  const out = Array.from({ length: 2_000 }, () => fifo.shift());
  fifo.prepend([1_998, 1_999]);
  expect(out.at(-1)).toBe(1_999);
  expect([fifo.shift(), fifo.shift(), fifo.shift(), fifo.size]).toEqual([1_998, 1_999, 2_000, 999]);
  expect(fifo.remove((item) => item % 2 === 0)).toHaveLength(499);
  expect(fifo.size).toBe(500);
});

it('an outgoing message survives the way through an outbox', () => {
  const data = { runId: 'r', taskId: 't', attemptId: 'a', attempt: 1, reason: 'failover' };
  const outgoing = toOutgoing(BackupStopOrdered, { member: 'ex01' }, data, {
    id: 'i',
    source: '/conductor/1',
    time: new Date(0),
    correlationId: 'r',
  });
  expect(JSON.parse(JSON.stringify(outgoing))).toEqual(outgoing);
  expect(outgoing).toMatchObject({
    exchange: 'dag.commands',
    routingKey: 'ex01',
    durable: true,
    envelope: { correlationid: 'r', time: '1970-01-01T00:00:00.000Z' },
  });
  expect(() =>
    toOutgoing(
      RunFacts.completed,
      { dag: 'a.b' },
      { runId: 'r', requestId: 'q', sequence: 1, at: '', text: '' },
      { id: 'i', source: '/', time: '' },
    ),
  ).toThrow(/one word/);
});

it('a message sent while another is handled belongs to its trace', () => {
  const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const child = inTrace(parent, nextTraceparent);
  expect(child).toMatch(new RegExp(`^00-${'a'.repeat(32)}-[0-9a-f]{16}-01$`));
  expect(child).not.toBe(parent);
  expect(inTrace('nonsense', nextTraceparent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

it('hashes a password as RabbitMQ does', () => {
  // The worked example of RabbitMQ's documentation on password hashes.
  expect(passwordHash('test12', Buffer.from('908DC60A', 'hex'))).toBe(
    'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
  );
});

describe('the handlers found at start', () => {
  const handler = (type: string, queue: string, where: string) => ({
    type,
    queue,
    where,
    handle: () => Promise.resolve(),
  });

  it('are given to their queues, also by another name', () => {
    const queue = { name: 'dag.node.ex01.commands', as: 'commands' };
    const arranged = arrange([handler('a', 'commands', 'A.a'), handler('b', 'dag.node.ex01.commands', 'A.b')], [queue]);
    expect([...(arranged.get(queue)?.keys() ?? [])]).toEqual(['a', 'b']);
  });

  it('must be complete', () => {
    const found = [handler('a', 'q', 'A.a'), handler('a', 'q', 'B.a'), handler('a', 'elsewhere', 'C.a')];
    expect(() => arrange(found, [{ name: 'q' }, { name: 'empty' }])).toThrow(
      'the message handlers are not complete: a from q has two handlers: A.a and B.a; C.a handles a from elsewhere, which is not among the consumed queues; queue empty is consumed, but nothing handles its messages',
    );
  });
});
