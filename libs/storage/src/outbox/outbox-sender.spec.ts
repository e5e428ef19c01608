import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { markSeen } from '../inbox.js';
import type { OutgoingMessage, SendOutcome } from '../ports.js';
import { prune } from '../prune.js';
import type { Storage, StorageTables } from '../tables.js';
import { describeOnBoth, type TestDatabase } from '../testing/databases.js';
import { until } from '../../../../test/support/eventually.js';
import { NOW, outgoing } from '../testing/fixtures.js';
import { enqueue } from './enqueue.js';
import { OutboxSender, type OutboxSenderOptions } from './outbox-sender.js';

const LATER = '2027-01-01T00:00:00.000Z';
const NEVER_POLL_MS = 1_000_000;

/** A transport whose answers the test gives. */
class TestTransport {
  readonly sent: string[] = [];
  answer: (message: OutgoingMessage) => SendOutcome | Promise<SendOutcome> = () => 'routed';

  async send(message: OutgoingMessage): Promise<SendOutcome> {
    this.sent.push(message.id);
    return this.answer(message);
  }
}

function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

describeOnBoth('the outbox sender', (make) => {
  let database: TestDatabase;
  let storage: Storage<StorageTables>;
  let transport: TestTransport;
  let senders: OutboxSender<StorageTables>[];
  let unroutable: string[];

  const startSender = (options: Partial<OutboxSenderOptions> = {}): OutboxSender<StorageTables> => {
    const sender = new OutboxSender(storage, transport, {
      onUnroutable: async (message) => void unroutable.push(message.id),
      pollMs: NEVER_POLL_MS,
      shortestRetryMs: 1,
      longestRetryMs: 4,
      ...options,
    });
    senders.push(sender);
    sender.start();
    return sender;
  };
  const store = (ids: readonly string[], key = 'k'): Promise<void> =>
    storage.transaction((tx) => enqueue(tx, ids.map(outgoing), key, NOW));
  const unsentCount = async (): Promise<number> =>
    (await storage.db.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute()).length;
  const allSent = () => until('everything is marked sent', async () => (await unsentCount()) === 0);

  beforeEach(async () => {
    database = make();
    storage = await database.open();
    transport = new TestTransport();
    senders = [];
    unroutable = [];
  });
  afterEach(async () => {
    for (const sender of senders) await sender.stop();
    await storage.close();
    await database.remove();
  });

  it('sends what it finds at its start, and what is stored later when it is woken', async () => {
    await store(['a', 'b']);
    const sender = startSender();
    await allSent();
    await store(['c']);
    sender.wake();
    await allSent();
    expect(transport.sent).toEqual(['a', 'b', 'c']);
  });

  it('finds a message without being woken', async () => {
    startSender({ pollMs: 5 });
    await store(['a']);
    await allSent();
    expect(transport.sent).toEqual(['a']);
  });

  it('hands the message to the transport as it was stored', async () => {
    const received: OutgoingMessage[] = [];
    transport.answer = (message) => {
      received.push(message);
      return 'routed';
    };
    await store(['a']);
    startSender();
    await allSent();
    expect(received).toEqual([outgoing('a')]);
  });

  it('keeps the order of a key over failures, with one message of it on its way at a time', async () => {
    let onTheWay = 0;
    let failures = 0;
    const delivered: string[] = [];
    transport.answer = async (message): Promise<SendOutcome> => {
      onTheWay += 1;
      expect(onTheWay).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      onTheWay -= 1;
      if (failures < 40 && message.id.endsWith('7')) {
        failures += 1;
        throw new Error('the connection was lost');
      }
      delivered.push(message.id);
      return 'routed';
    };
    const ids = idsOf('m', 300);
    const sender = startSender();
    // Stored in parts, so that some arrive while the lane is full and some while it is being read again.
    for (let start = 0; start < ids.length; start += 30) {
      await store(ids.slice(start, start + 30));
      sender.wake();
    }
    await allSent();
    expect(delivered).toEqual(ids);
    expect(failures).toBe(40);
  });

  it('has as many messages of a key on their way as allowed, in their order, and begins no others before those are known', async () => {
    const held: (() => void)[] = [];
    transport.answer = () => new Promise((resolve) => held.push(() => resolve('routed')));
    const ids = idsOf('m', 25);
    await store(ids);
    startSender({ inFlightPerKey: 10 });
    for (const expected of [10, 20, 25]) {
      await until('as many as allowed are on their way', () => transport.sent.length === expected);
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(transport.sent).toEqual(ids.slice(0, expected));
      for (const answer of held.splice(0).toReversed()) answer();
    }
    await allSent();
  });

  it('sends again only what failed of those that left together, and nothing behind them before', async () => {
    let failures = 0;
    transport.answer = (message) => {
      if (message.id === 'm1' && failures < 3) {
        failures += 1;
        throw new Error('no confirm in time');
      }
      return 'routed';
    };
    await store(idsOf('m', 6));
    startSender({ inFlightPerKey: 3 });
    await allSent();
    expect(transport.sent).toEqual(['m0', 'm1', 'm2', 'm1', 'm1', 'm1', 'm3', 'm4', 'm5']);
  });

  it('lets a stuck key hold up no other, however much waits behind it', async () => {
    let isStuck = true;
    transport.answer = async (message): Promise<SendOutcome> => {
      if (message.id.startsWith('stuck') && isStuck) throw new Error('refused');
      return 'routed';
    };
    await store(idsOf('stuck', 700), 'stuck-key');
    await store(idsOf('free', 10), 'free-key');
    startSender();
    await until('the other key is sent', () => transport.sent.includes('free9'));
    expect(transport.sent.filter((id) => id.startsWith('stuck')).every((id) => id === 'stuck0')).toBe(true);
    isStuck = false;
    await allSent();
    expect([...new Set(transport.sent.filter((id) => id.startsWith('stuck')))]).toEqual(idsOf('stuck', 700));
  });

  it('works on many keys side by side', async () => {
    const waiting: (() => void)[] = [];
    transport.answer = () => new Promise((resolve) => waiting.push(() => resolve('routed')));
    for (const id of idsOf('m', 20)) await store([id], id);
    startSender();
    await until('all are on their way', () => waiting.length === 20);
    for (const answer of waiting) answer();
    await allSent();
    expect(transport.sent).toHaveLength(20);
  });

  it('works on a limited number of keys at once, and takes up the others when those are done', async () => {
    const held: (() => void)[] = [];
    let isHolding = true;
    transport.answer = () => (isHolding ? new Promise((resolve) => held.push(() => resolve('routed'))) : 'routed');
    await storage.transaction(async (tx) => {
      for (const id of idsOf('m', 1_500)) await enqueue(tx, [outgoing(id)], id, NOW);
    });
    startSender();
    await until('the limit is reached', () => held.length >= 1_000);
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(held.length).toBeLessThanOrEqual(1_200);
    isHolding = false;
    for (const answer of held) answer();
    await allSent();
    expect(new Set(transport.sent).size).toBe(1_500);
  });

  it('keeps the order when messages come while older ones of the key are not yet in memory', async () => {
    let permits = 0;
    const waiting: (() => void)[] = [];
    const permit = (count: number): void => {
      permits += count;
      while (permits > 0 && waiting.length > 0) {
        permits -= 1;
        waiting.shift()?.();
      }
    };
    transport.answer = async (): Promise<SendOutcome> => {
      if (permits > 0) permits -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return 'routed';
    };
    const ids = idsOf('m', 130);
    await store(ids.slice(0, 120));
    const sender = startSender();
    await until('the first is on its way', () => transport.sent.length === 1);
    permit(20);
    await until('there is room in memory again', () => transport.sent.length === 21);
    await store(ids.slice(120));
    sender.wake();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    permit(1_000);
    await allSent();
    expect(transport.sent).toEqual(ids);
  });

  it('tells of a message that reached no queue, once, and counts it as sent', async () => {
    transport.answer = (message) => (message.id === 'b' ? 'unroutable' : 'routed');
    await store(['a', 'b', 'c']);
    startSender();
    await allSent();
    expect(unroutable).toEqual(['b']);
    expect(transport.sent).toEqual(['a', 'b', 'c']);
  });

  it('sends again what could not be told of', async () => {
    let tellings = 0;
    transport.answer = () => 'unroutable';
    await store(['a']);
    startSender({
      onUnroutable: async () => {
        tellings += 1;
        if (tellings === 1) throw new Error('the database was busy');
      },
    });
    await allSent();
    expect(transport.sent).toEqual(['a', 'a']);
  });

  it('sends nothing of a transaction that was rolled back', async () => {
    const sender = startSender();
    const rolledBack = storage.transaction(async (tx) => {
      await enqueue(tx, [outgoing('lost')], 'k', NOW);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await store(['kept']);
    sender.wake();
    await allSent();
    expect(transport.sent).toEqual(['kept']);
  });

  it('leaves unmarked what it was sending when it stopped, and a new sender sends that again', async () => {
    transport.answer = () => Promise.reject(new Error('no broker'));
    await store(['a', 'b']);
    const sender = startSender();
    await until('the first was tried', () => transport.sent.length > 0);
    await sender.stop();
    expect(await unsentCount()).toBe(2);
    transport.answer = () => 'routed';
    transport.sent.length = 0;
    startSender();
    await allSent();
    expect(transport.sent).toEqual(['a', 'b']);
  });

  it('sends nothing while another may lead, also not what it had begun to send, and goes on when it leads', async () => {
    let maySend = false;
    await store(['a', 'b']);
    let asked = 0;
    startSender({
      maySend: () => {
        asked += 1;
        return maySend;
      },
    });
    await until('it has asked again and again', () => asked >= 5);
    expect(transport.sent).toEqual([]);
    maySend = true;
    transport.answer = (message) => {
      if (message.id === 'a') maySend = false;
      return 'routed';
    };
    await until('the first is sent', () => transport.sent.length === 1);
    const askedBefore = asked;
    await until('it has asked for the second', () => asked >= askedBefore + 5);
    expect(transport.sent).toEqual(['a']);
    maySend = true;
    await allSent();
    expect(transport.sent).toEqual(['a', 'b']);
  });

  it('takes a confirm that did not come in time for an unknown outcome: the same message, with its id, is sent again', async () => {
    const received: OutgoingMessage[] = [];
    transport.answer = (message) => {
      received.push(message);
      if (received.length === 1) throw new Error('publish.unknown: it was sent and never confirmed');
      return 'routed';
    };
    await store(['a']);
    startSender();
    await allSent();
    expect(received).toEqual([outgoing('a'), outgoing('a')]);
  });

  it('stops at once though the next try is far away', async () => {
    transport.answer = () => Promise.reject(new Error('no broker'));
    await store(['a']);
    const sender = startSender({ shortestRetryMs: 1_000_000, longestRetryMs: 1_000_000, stopTimeoutMs: 1_000_000 });
    await until('it was tried', () => transport.sent.length === 1);
    await sender.stop();
    expect(await unsentCount()).toBe(1);
  });

  it('stops within its limit though the transport never answers', async () => {
    transport.answer = () => new Promise<never>(() => undefined);
    await store(['a']);
    const sender = startSender({ stopTimeoutMs: 5 });
    await until('it is on its way', () => transport.sent.length === 1);
    await sender.stop();
    expect(await unsentCount()).toBe(1);
  });

  it('prunes what was sent and seen before a moment, and nothing that waits', async () => {
    await store(['a']);
    startSender();
    await allSent();
    await senders[0]?.stop();
    await store(['waiting']);
    await storage.transaction((tx) => markSeen(tx, 'c', 'old', '2020-01-01T00:00:00.000Z'));
    await storage.transaction((tx) => markSeen(tx, 'c', 'new', '2030-01-01T00:00:00.000Z'));
    expect(await prune(storage, LATER)).toEqual({ outboxCount: 1, inboxCount: 1 });
    expect(await storage.db.selectFrom('outbox').select('message_id').execute()).toEqual([{ message_id: 'waiting' }]);
    expect(await storage.db.selectFrom('inbox').select('message_id').execute()).toEqual([{ message_id: 'new' }]);
  });
});

describeOnBoth('the inbox', (make) => {
  it('knows a message by consumer and id, and forgets it with the transaction that was rolled back', async () => {
    const database = make();
    const storage = await database.open<object>();
    const see = (consumer: string) => storage.transaction((tx) => markSeen(tx, consumer, 'm', NOW));
    const rolledBack = storage.transaction(async (tx) => {
      await markSeen(tx, 'c1', 'm', NOW);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect([await see('c1'), await see('c1'), await see('c2')]).toEqual([true, false, true]);
    await storage.close();
    await database.remove();
  });
});
