import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DeposedError, Election, fenced, type Storage } from '#storage';
import { describeOnBoth, type TestDatabase } from '../../../../libs/storage/src/testing/databases.js';
import { Inventory } from '../domain/inventory.js';
import { DEFAULT_SETTINGS } from '../domain/state.js';
import { FactMessages } from '../messaging/fact-messages.js';
import { START_MS, database, move, report } from '../testing/given.js';
import type { InventoryState } from '../domain/state.js';
import type { Step } from '../domain/inventory.js';
import { SqlInventoryStore, type InventoryDatabase } from './sql-inventory-store.js';
import { INVENTORY_MIGRATIONS, type InventoryTables } from './inventory.tables.js';

const BOTH = ['ex01', 'ex02'];

describeOnBoth('the stored inventory', (make) => {
  const inventory = new Inventory(DEFAULT_SETTINGS);
  let place: TestDatabase;
  let storage: Storage<InventoryDatabase>;
  let store: SqlInventoryStore;
  let state: InventoryState;
  let wakes: number;

  const open = async (): Promise<void> => {
    storage = await place.open<InventoryTables>(INVENTORY_MIGRATIONS);
    store = new SqlInventoryStore(storage, new FactMessages('/inventory/test'), () => {
      wakes += 1;
    });
    state = await store.load(START_MS);
  };
  const commit = async ({ state: after, facts }: Step, messageId: string): Promise<string> => {
    const outcome = await store.commit({ before: state, after, facts, nowMs: START_MS, messageId });
    if (outcome === 'committed') state = after;
    return outcome;
  };
  const outbox = () =>
    storage.db.selectFrom('outbox').select(['routing_key', 'ordering_key', 'durable']).orderBy('id').execute();

  beforeEach(async () => {
    place = make();
    wakes = 0;
    await open();
  });
  afterEach(async () => {
    await storage.close();
    await place.remove();
  });

  it('keeps everything last known over a restart, with its age; only who is alive must be heard anew', async () => {
    await commit(inventory.merge(state, report('ex01', 1, [database('ex01', BOTH)]), START_MS), 'a');
    await commit(inventory.observeMove(state, move('ex02', 1, database('ex02', BOTH)), START_MS), 'b');
    const before = inventory.view(state, START_MS + 5_000);
    await storage.close();
    await open();
    const after = inventory.view(state, START_MS + 5_000);
    expect(after.databases).toEqual(before.databases.map((each) => ({ ...each, copies: expect.anything() })));
    expect(after.databases[0]?.copies.map(({ ageMs }) => ageMs)).toEqual([5_000, 5_000]);
    expect(after.dags).toEqual(before.dags);
    expect(after.members.map(({ id, agent }) => [id, agent.state, agent.reportAgeMs])).toEqual([
      ['ex01', 'silent', 5_000],
      ['ex02', 'silent', null],
      ['ex03', 'never', null],
    ]);
  });

  it('knows after a restart what it has told', async () => {
    await commit(inventory.merge(state, report('ex01', 1, [database('ex01', BOTH)]), START_MS), 'a');
    await commit(inventory.merge(state, report('ex01', 2, [database('ex02', BOTH)]), START_MS), 'b');
    await storage.close();
    await open();
    expect(inventory.merge(state, report('ex01', 3, [database('ex02', BOTH)]), START_MS).facts).toEqual([]);
    expect(inventory.merge(state, report('ex01', 2, [database('ex01', BOTH)]), START_MS).state).toBe(state);
  });

  it('forgets a database that nobody has any more', async () => {
    await commit(inventory.merge(state, report('ex01', 1, [database('ex01', ['ex01'])]), START_MS), 'a');
    await commit(inventory.merge(state, report('ex01', 2, []), START_MS), 'b');
    await storage.close();
    await open();
    expect(state.databases.size).toBe(0);
  });

  it('stores facts with the state, under their routing and ordering keys, and wakes the sender', async () => {
    const first = report('ex01', 1, [database('ex01', ['ex01'])], { dag: { name: 'DAG1', members: ['EX01'] } });
    await commit(inventory.merge(state, first, START_MS), 'a');
    const { guid } = database('ex01', []);
    expect(await outbox()).toEqual([
      { routing_key: 'dag1.ex01.database-changed', ordering_key: guid, durable: 1 },
      { routing_key: 'dag1.ex01.member-changed', ordering_key: 'ex01', durable: 1 },
    ]);
    expect(wakes).toBe(1);
  });

  it('names no DAG and an unknown member in the routing key where there are none', async () => {
    await commit(inventory.merge(state, report('ex09', 1, [database(null, ['ex09'])], { dag: null }), START_MS), 'a');
    expect((await outbox()).map((row) => row.routing_key)).toEqual([
      'none.unknown.database-changed',
      'none.ex09.member-changed',
    ]);
  });

  it('stores nothing of a message that was handled before', async () => {
    const step = inventory.merge(state, report('ex01', 1, [database('ex01', BOTH)]), START_MS);
    expect(await commit(step, 'a')).toBe('committed');
    const rows = await outbox();
    expect(await commit(inventory.merge(state, report('ex01', 2, []), START_MS), 'a')).toBe('seenBefore');
    expect(await outbox()).toEqual(rows);
    await storage.close();
    await open();
    expect(state.databases.size).toBe(1);
  });

  it('stores and sends nothing for an inventory that another has replaced', async () => {
    const lead = async (holder: string): Promise<number> =>
      (await new Election({ storage, schema: 'any', holder }).tryOnce())?.epoch ?? 0;
    const deposed = new SqlInventoryStore(
      fenced(storage, await lead('first')),
      new FactMessages('/inventory/test'),
      () => undefined,
    );
    await lead('second');
    const { state: after, facts } = inventory.merge(state, report('ex01', 1, [database('ex01', BOTH)]), START_MS);
    const change = { before: state, after, facts, nowMs: START_MS, messageId: 'a' };
    await expect(deposed.commit(change)).rejects.toThrow(DeposedError);
    expect(await outbox()).toEqual([]);
    expect((await store.load(START_MS)).databases.size).toBe(0);
  });
});
