import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, sql } from 'kysely';
import { migrate, STORAGE_MIGRATIONS } from '../migrate.js';
import { withTablesOf } from '../own-tables.js';
import type { StorageLog } from '../ports.js';
import type { TransactionScope } from '../scope.js';
import { QueuedStorage } from '../queued-storage.js';
import type { Migration, Storage, StorageTables } from '../tables.js';
import { describeUrl, openPool, requireReachable } from './connection.js';
import { OneWriterDialect } from './dialect.js';
import { retryTakenBack } from './retry.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** The service's own schema in that database; made when it is not there. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly log?: StorageLog;
}

/** Opens a service's schema in PostgreSQL. Several processes may have it open; which of them may write is for leadership to say. */
export async function openPostgres<Tables>(options: PostgresOptions): Promise<Storage<Tables & StorageTables>> {
  const { url, schema, migrations, log } = options;
  const where = `${describeUrl(url)}, schema ${schema}`;
  const pool = openPool(url, schema);
  const onBroken = (error: Error): void => {
    log?.warn({ event: 'database.connection-lost', message: error.message, database: where });
  };
  // A connection that breaks, at rest or at work, is replaced at its next use; without listeners it would end the process.
  pool.on('error', onBroken);
  pool.on('connect', (client) => client.on('error', onBroken));
  try {
    await requireReachable(pool, where);
    const scope = new AsyncLocalStorage<TransactionScope>();
    const db = new Kysely<Tables & StorageTables>({ dialect: new OneWriterDialect({ pool }, schema, scope) });
    await db.transaction().execute(async (tx) => {
      await sql`create schema if not exists ${sql.id(schema)}`.execute(tx);
    });
    await migrate(withTablesOf<unknown>(db), 'postgres', where, [...STORAGE_MIGRATIONS, ...migrations]);
    return new QueuedStorage(db, 'postgres', scope, retryTakenBack, () => db.destroy());
  } catch (error) {
    await pool.end();
    throw error;
  }
}
