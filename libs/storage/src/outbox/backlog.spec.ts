import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Storage, StorageTables } from '../tables.js';
import { describeOnBoth, type TestDatabase } from '../testing/databases.js';
import { NOW, outgoing } from '../testing/fixtures.js';
import { outboxBacklog } from './backlog.js';
import { enqueue } from './enqueue.js';
import { OutboxStore } from './outbox-store.js';

const LATER = '2026-01-31T22:05:00.000Z';

describeOnBoth('the backlog of the outbox', (make) => {
  let database: TestDatabase;
  let storage: Storage<StorageTables>;
  beforeEach(async () => {
    database = make();
    storage = await database.open();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('is what was stored and not marked sent, since the oldest of it', async () => {
    expect(await outboxBacklog(storage)).toEqual({ unsent: 0, oldestAtMs: null });
    await storage.transaction((tx) => enqueue(tx, [outgoing('a')], 'k', NOW));
    await storage.transaction((tx) => enqueue(tx, [outgoing('b'), outgoing('c')], 'k', LATER));
    expect(await outboxBacklog(storage)).toEqual({ unsent: 3, oldestAtMs: Date.parse(NOW) });
    const store = new OutboxStore(storage);
    const [first] = await store.unsentAfter(0, 1);
    await store.markSent([first?.id ?? 0], LATER);
    expect(await outboxBacklog(storage)).toEqual({ unsent: 2, oldestAtMs: Date.parse(LATER) });
  });
});
