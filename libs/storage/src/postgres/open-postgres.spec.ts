import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { enqueue } from '../outbox/enqueue.js';
import type { Migration } from '../tables.js';
import { describeOnPostgres, type PostgresDatabase } from '../testing/databases.js';
import { until } from '../../../../test/support/eventually.js';
import { NOW, outgoing } from '../testing/fixtures.js';
import { openPostgres } from './open-postgres.js';

interface ThingTables {
  things: { readonly id: string; readonly value: number };
}

const THINGS: Migration = {
  name: 'things-1',
  up: async (db) => {
    await db.schema
      .createTable('things')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('value', 'bigint')
      .execute();
  },
};
const LARGE = 1_800_000_000_000;

describeOnPostgres('a schema in PostgreSQL', (make) => {
  let database: PostgresDatabase;
  const open = (migrations: readonly Migration[] = [THINGS]) => database.open<ThingTables>(migrations);

  beforeEach(() => {
    database = make();
  });
  afterEach(() => database.remove());

  it('keeps what was committed, forgets what was rolled back, and gives 64-bit integers as numbers', async () => {
    const storage = await open();
    await storage.transaction((tx) => tx.insertInto('things').values({ id: 'kept', value: LARGE }).execute());
    const rolledBack = storage.transaction(async (tx) => {
      await tx.insertInto('things').values({ id: 'lost', value: 2 }).execute();
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await storage.close();
    const again = await open();
    expect(await again.db.selectFrom('things').selectAll().execute()).toEqual([{ id: 'kept', value: LARGE }]);
    await again.close();
  });

  it('can be opened for the first time by several processes at once', async () => {
    const opened = await Promise.all(Array.from({ length: 4 }, () => open()));
    for (const storage of opened) {
      expect(await storage.db.selectFrom('things').selectAll().execute()).toEqual([]);
      await storage.close();
    }
  });

  it('lets the ids of the outbox rise in commit order, whoever writes', async () => {
    const [one, other] = [await open(), await open()];
    const seen: number[] = [];
    let isDone = false;
    const reader = (async () => {
      for (let last = 0; !isDone || last < 40;) {
        const rows = await one.db.selectFrom('outbox').select('id').where('id', '>', last).orderBy('id').execute();
        seen.push(...rows.map(({ id }) => id));
        last = seen.at(-1) ?? 0;
      }
    })();
    const writes = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? one : other).transaction(async (tx) => {
        await enqueue(tx, [outgoing(`m${index}`)], 'k', NOW);
        await sql`select pg_sleep(${(index % 3) * 0.005})`.execute(tx);
      }),
    );
    await Promise.all(writes);
    isDone = true;
    await reader;
    // A reader that only looks behind the last id it saw has seen every one.
    expect(seen).toHaveLength(40);
    await one.close();
    await other.close();
  });

  it('refuses what a newer version has changed, and a migration that fails leaves nothing behind', async () => {
    await (await open([THINGS, { name: 'things-9', up: async () => undefined }])).close();
    await expect(open()).rejects.toMatchObject({ reason: 'newer', message: expect.stringContaining('things-9') });
    const broken: Migration = {
      name: 'things-10',
      up: async (db) => {
        await db.schema.createTable('half_made').addColumn('id', 'text').execute();
        throw new Error('no room');
      },
    };
    const known = [THINGS, { name: 'things-9', up: async () => undefined }];
    await expect(open([...known, broken])).rejects.toMatchObject({ reason: 'migrationFailed' });
    await (await open(known)).close();
  });

  it('runs a transaction again that PostgreSQL took back, and gives up after a bounded number of tries', async () => {
    const storage = await open();
    let tries = 0;
    const taken = async (times: number): Promise<string> =>
      storage.transaction(async (tx) => {
        tries += 1;
        if (tries <= times)
          await sql`do $$ begin raise exception 'once more' using errcode = '40001'; end $$`.execute(tx);
        return 'done';
      });
    expect(await taken(2)).toBe('done');
    expect(tries).toBe(3);
    tries = 0;
    await expect(taken(100)).rejects.toThrow('once more');
    expect(tries).toBe(5);
    await storage.close();
  });

  it('goes on after its connections were broken', async () => {
    const storage = await open();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'dag-${database.schema}'`,
    );
    await client.end();
    const answer = (): Promise<unknown> => storage.transaction(async () => 'answered').catch(() => undefined);
    await until('it answers again', async () => (await answer()) !== undefined);
    expect(await storage.db.selectFrom('things').selectAll().execute()).toEqual([]);
    await storage.close();
  });

  it('outlives a connection that is broken in the middle of a transaction', async () => {
    const storage = await open();
    const broken = storage.transaction(async (tx) => {
      await tx.insertInto('things').values({ id: 'lost', value: 1 }).execute();
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      const client = new Client({ connectionString: database.url });
      await client.connect();
      await client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.end();
      await new Promise((resolve) => setImmediate(resolve));
      await tx.selectFrom('things').selectAll().execute();
    });
    await expect(broken).rejects.toThrow(/terminat|Connection|ECONNRESET|not queryable/);
    expect(await storage.db.selectFrom('things').selectAll().execute()).toEqual([]);
    await storage.close();
  });

  it('says where it could not connect, without the password', async () => {
    const url = 'postgres://dag:very-secret@127.0.0.1:1/nowhere';
    const failed = openPostgres({ url, schema: 'test', migrations: [] });
    await expect(failed).rejects.toMatchObject({
      reason: 'unreachable',
      message: expect.stringMatching(/^(?!.*very-secret).*127\.0\.0\.1:1\/nowhere/),
    });
  });
});
