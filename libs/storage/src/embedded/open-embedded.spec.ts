import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { enqueue } from '../outbox/enqueue.js';
import type { Migration } from '../tables.js';
import { NOW, outgoing, temporaryFolder, type TemporaryFolder } from '../testing/fixtures.js';
import { openEmbedded } from './open-embedded.js';

interface ThingTables {
  things: { readonly id: string; readonly value: number };
}

const THINGS: Migration = {
  name: 'things-1',
  up: async (db) => {
    await db.schema
      .createTable('things')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('value', 'integer')
      .execute();
  },
};
const BROKEN: Migration = {
  name: 'things-2',
  up: async (db) => {
    await db.schema.createTable('half_made').addColumn('id', 'text').execute();
    throw new Error('no room');
  },
};

describe('the embedded database', () => {
  let folder: TemporaryFolder;
  let file: string;
  const open = (migrations: readonly Migration[] = [THINGS]) => openEmbedded<ThingTables>({ file, migrations });

  beforeEach(() => {
    folder = temporaryFolder();
    file = folder.file('state.db');
  });
  afterEach(() => folder.remove());

  it('keeps what was committed over a close, and forgets what was rolled back', async () => {
    const storage = await open();
    await storage.transaction((tx) => tx.insertInto('things').values({ id: 'kept', value: 1 }).execute());
    const rolledBack = storage.transaction(async (tx) => {
      await tx.insertInto('things').values({ id: 'lost', value: 2 }).execute();
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    await storage.close();

    const again = await open();
    expect(await again.db.selectFrom('things').select('id').execute()).toEqual([{ id: 'kept' }]);
    await again.close();
  });

  it('writes every commit through to the disk', async () => {
    const storage = await open();
    const { rows } = await storage.db.executeQuery<Record<string, unknown>>({
      ...storage.db.selectFrom('things').selectAll().compile(),
      sql: 'SELECT (SELECT synchronous FROM pragma_synchronous) AS synchronous, (SELECT journal_mode FROM pragma_journal_mode) AS mode',
    });
    expect(rows).toEqual([{ synchronous: 2, mode: 'wal' }]);
    await storage.close();
  });

  it('runs transactions one after another, in the order asked', async () => {
    const storage = await open();
    await storage.transaction((tx) => tx.insertInto('things').values({ id: 'counter', value: 0 }).execute());
    const seen: number[] = [];
    const increments = Array.from({ length: 50 }, (_, index) =>
      storage.transaction(async (tx) => {
        const { value } = await tx.selectFrom('things').select('value').executeTakeFirstOrThrow();
        await new Promise((resolve) => setImmediate(resolve));
        await tx
          .updateTable('things')
          .set({ value: value + 1 })
          .execute();
        seen.push(index);
      }),
    );
    await Promise.all(increments);
    expect(await storage.db.selectFrom('things').select('value').execute()).toEqual([{ value: 50 }]);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
    await storage.close();
  });

  it('refuses what would wait for itself: another transaction, or the outer connection, inside a transaction', async () => {
    const storage = await open();
    await expect(storage.transaction(() => storage.transaction(async () => undefined))).rejects.toThrow(
      'inside a transaction',
    );
    await expect(storage.transaction(() => storage.db.selectFrom('things').selectAll().execute())).rejects.toThrow(
      'inside a transaction',
    );
    await storage.close();
  });

  it('allows code that a transaction started to use the database once it is over', async () => {
    const storage = await open();
    let later: Promise<unknown> | undefined;
    await storage.transaction(async () => {
      later = new Promise((resolve) => setImmediate(resolve)).then(() => storage.transaction(async () => 'done'));
    });
    expect(await later).toBe('done');
    await storage.close();
  });

  it('finishes the transactions asked for before it closes, and takes none after', async () => {
    const storage = await open();
    const asked = storage.transaction((tx) => tx.insertInto('things').values({ id: 'a', value: 1 }).execute());
    await storage.close();
    await expect(asked).resolves.toBeDefined();
    await expect(storage.transaction(async () => undefined)).rejects.toThrow('closed');
  });

  it('refuses a file that is open already, and names it', async () => {
    const storage = await open();
    await expect(open()).rejects.toMatchObject({ reason: 'inUse', message: expect.stringContaining(file) });
    await storage.close();
    await (await open()).close();
  });

  it('refuses a file that a newer version has changed, and changes nothing of it', async () => {
    await (await open([THINGS, { name: 'things-9', up: async () => undefined }])).close();
    await expect(open()).rejects.toMatchObject({ reason: 'newer', message: expect.stringContaining('things-9') });
  });

  it('takes back a migration that fails half-way, and can go on from there', async () => {
    await expect(open([THINGS, BROKEN])).rejects.toMatchObject({
      reason: 'migrationFailed',
      message: expect.stringContaining('no room'),
    });
    const repaired: Migration = {
      name: BROKEN.name,
      up: async (db) => db.schema.createTable('half_made').addColumn('id', 'text').execute(),
    };
    await (await open([THINGS, repaired])).close();
  });

  it('refuses a file that is no database, and keeps it', async () => {
    const text = 'a letter to my aunt. '.repeat(500);
    writeFileSync(file, text);
    await expect(open()).rejects.toMatchObject({ reason: 'notUsable', message: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a damaged file, and keeps it', async () => {
    const storage = await open();
    for (let number = 0; number < 5; number += 1) {
      const messages = Array.from({ length: 200 }, (_, index) => outgoing(`m-${number}-${index}`));
      await storage.transaction((tx) => enqueue(tx, messages, 'k', NOW));
    }
    await storage.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 20_000);
    writeFileSync(file, bytes);
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining(`${file} was not opened`) });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('says which folder is missing', async () => {
    file = folder.file('missing/state.db');
    await expect(open()).rejects.toMatchObject({ reason: 'notUsable', message: expect.stringContaining('missing') });
  });
});
