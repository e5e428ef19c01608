import type { Kysely } from 'kysely';
import { withTablesOf } from './own-tables.js';
import type { Engine, Migration } from './tables.js';
import { StorageOpenError, messageOf } from './errors.js';

interface MigrationTables {
  migrations: { readonly name: string; readonly applied_at: string };
}

/** The tables of storage itself. The id of the outbox never comes again after pruning: the sender goes by it. */
export const STORAGE_MIGRATIONS: readonly Migration[] = [
  {
    name: 'storage-1-inbox-and-outbox',
    up: async (db, engine) => {
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
        .addColumn('id', engine === 'embedded' ? 'integer' : 'bigint', (column) =>
          engine === 'embedded' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedAlwaysAsIdentity(),
        )
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
  {
    name: 'storage-2-leaders',
    up: async (db) => {
      await db.schema
        .createTable('leaders')
        .addColumn('epoch', 'bigint', (column) => column.primaryKey())
        .addColumn('holder', 'text', (column) => column.notNull())
        .addColumn('began_at', 'text', (column) => column.notNull())
        .addColumn('renewed_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('ended', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
];

/**
 * Brings a database to this version's tables, each step in a transaction of its own. A database of a newer version is left
 * as it is. Two processes may begin at once: who comes second finds the step done.
 */
export async function migrate(
  db: Kysely<unknown>,
  engine: Engine,
  where: string,
  migrations: readonly Migration[],
): Promise<void> {
  const known = new Set(migrations.map((migration) => migration.name));
  if (known.size !== migrations.length) throw new Error(`two migrations of ${where} have the same name`);
  const tables = withTablesOf<MigrationTables>(db);
  const applied = await tables.transaction().execute(async (tx) => {
    await tx.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('applied_at', 'text', (column) => column.notNull())
      .execute();
    return new Set((await tx.selectFrom('migrations').select('name').execute()).map((row) => row.name));
  });
  const unknown = [...applied].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new StorageOpenError(
      'newer',
      `${where} was not opened: a newer version of this program has changed it (${unknown.join(', ')}); ` +
        'start that version, or restore the database from before the update',
    );
  }
  for (const migration of migrations.filter(({ name }) => !applied.has(name))) {
    await apply(tables, engine, where, migration);
  }
}

async function apply(db: Kysely<MigrationTables>, engine: Engine, where: string, migration: Migration): Promise<void> {
  const { name } = migration;
  try {
    await db.transaction().execute(async (tx) => {
      const inserted = await tx
        .insertInto('migrations')
        .values({ name, applied_at: new Date().toISOString() })
        .onConflict((conflict) => conflict.doNothing())
        .returning('name')
        .execute();
      if (inserted.length > 0) await migration.up(withTablesOf<unknown>(tx), engine);
    });
  } catch (error) {
    throw new StorageOpenError(
      'migrationFailed',
      `${where} was not opened: the change ${name} failed (${messageOf(error)}); ` +
        'the database is as it was before; keep it and report this',
      { cause: error },
    );
  }
}
