import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Election, type Storage, type StorageTables } from '#storage';
import { withTablesOf } from '../../../../../libs/storage/src/own-tables.js';
import { describeOnBoth, type TestDatabase } from '../../../../../libs/storage/src/testing/databases.js';
import { CONDUCTOR_MIGRATIONS } from './migrations.js';

interface OldTables {
  readonly epochs: { readonly epoch: number; readonly began_at: string };
}

const NOW = '2026-01-31T22:00:00.000Z';

describeOnBoth('the change of the table of epochs', (make) => {
  let database: TestDatabase;
  let storage: Storage<StorageTables>;

  beforeEach(() => {
    database = make();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('carries the epochs on: agents have seen them, so the next one is higher', async () => {
    storage = await database.open(CONDUCTOR_MIGRATIONS.slice(0, 1));
    await storage.transaction(async (tx) => {
      const epochs = [1, 2, 41].map((epoch) => ({ epoch, began_at: NOW }));
      await withTablesOf<OldTables>(tx).insertInto('epochs').values(epochs).execute();
    });
    await storage.close();
    storage = await database.open(CONDUCTOR_MIGRATIONS);
    const leaders = await storage.db.selectFrom('leaders').select(['epoch', 'ended']).orderBy('epoch').execute();
    expect(leaders).toEqual([1, 2, 41].map((epoch) => ({ epoch, ended: 1 })));
    const leadership = await new Election({ storage, schema: 'any', holder: 'test' }).tryOnce();
    expect(leadership?.epoch).toBe(42);
    await expect(withTablesOf<OldTables>(storage.db).selectFrom('epochs').selectAll().execute()).rejects.toThrow(
      'epochs',
    );
  });
});
