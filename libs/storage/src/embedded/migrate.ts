import type { Kysely } from 'kysely';
import { withTablesOf } from '../own-tables.js';
import type { Migration } from '../tables.js';
import { StorageOpenError, messageOf } from './errors.js';

interface MigrationTables {
  migrations: { readonly name: string; readonly applied_at: string };
}

/** The tables of storage itself. The id of the outbox never comes again after pruning: the sender goes by it. */
export const STORAGE_MIGRATIONS: readonly Migration[] = [
  {
    name: 'storage-1-inbox-and-outbox',
    up: async (db) => {
      await db.schema
        .createTable('inbox')
        .addColumn('consumer', 'text', (column) => column.notNull())
        .addColumn('message_id', 'text', (column) => column.notNull())
        .addColumn('seen_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('inbox_pk', ['consumer', 'message_id'])
        .execute();
      await db.schema.createIndex('inbox_by_age').on('inbox').column('seen_at').execute();
      await db.schema
        .createTable('outbox')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('message_id', 'text', (column) => column.notNull())
        .addColumn('ordering_key', 'text', (column) => column.notNull())
        .addColumn('exchange', 'text', (column) => column.notNull())
        .addColumn('routing_key', 'text', (column) => column.notNull())
        .addColumn('durable', 'integer', (column) => column.notNull())
        .addColumn('envelope', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('sent_at', 'text')
        .execute();
      await db.schema.createIndex('outbox_by_sent').on('outbox').columns(['sent_at', 'id']).execute();
      await db.schema.createIndex('outbox_by_key').on('outbox').columns(['ordering_key', 'sent_at', 'id']).execute();
    },
  },
];

/**
 * Brings a file to this version's tables, each step in a transaction of its own. A file of a newer version is left
 * as it is.
 */
export async function migrate(db: Kysely<unknown>, file: string, migrations: readonly Migration[]): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.name));
  if (known.size !== migrations.length) throw new Error(`two migrations of ${file} have the same name`);
  const tables = withTablesOf<MigrationTables>(db);
  await tables.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute();
  const applied = new Set((await tables.selectFrom('migrations').select('name').execute()).map((row) => row.name));
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new StorageOpenError(
      'newer',
      `${file} was not opened: a newer version of this program has changed it (${unknown.join(', ')}); ` +
        'start that version, or restore the file from before the update',
    );
  }
  for (const migration of migrations.filter(({ name }) => !applied.has(name))) await apply(tables, file, migration);
}

async function apply(db: Kysely<MigrationTables>, file: string, migration: Migration): Promise<void> {
  try {
    await db.transaction().execute(async (tx) => {
      await migration.up(withTablesOf<unknown>(tx));
      await tx
        .insertInto('migrations')
        .values({ name: migration.name, applied_at: new Date().toISOString() })
        .execute();
    });
  } catch (error) {
    throw new StorageOpenError(
      'migrationFailed',
      `${file} was not opened: the change ${migration.name} failed (${messageOf(error)}); ` +
        'the file is as it was before; keep it and report this',
      { cause: error },
    );
  }
}
