import { AsyncLocalStorage } from 'node:async_hooks';
import Database from 'libsql';
import { Kysely } from 'kysely';
import { STORAGE_MIGRATIONS, migrate } from '../migrate.js';
import { withTablesOf } from '../own-tables.js';
import { QueuedStorage } from '../queued-storage.js';
import type { TransactionScope } from '../scope.js';
import type { Migration, Storage, StorageTables } from '../tables.js';
import { EmbeddedDialect } from './dialect.js';
import { StorageOpenError, messageOf } from '../errors.js';
import { lockFile } from './file-lock.js';

/** Nobody else writes; only a person's reading tool may be in the way for a moment. */
const BUSY_TIMEOUT_MS = 5_000;

export interface EmbeddedOptions {
  readonly file: string;
  readonly migrations: readonly Migration[];
}

/**
 * Opens the embedded database: SQLite with WAL and `synchronous=FULL`, so a committed transaction survives a kill and a
 * power loss. The file belongs to one process at a time. A file that is damaged or not a database is refused and kept.
 */
export async function openEmbedded<Tables>(options: EmbeddedOptions): Promise<Storage<Tables & StorageTables>> {
  const lock = lockFile(options.file);
  try {
    const database = openFile(options.file);
    try {
      const scope = new AsyncLocalStorage<TransactionScope>();
      const db = new Kysely<Tables & StorageTables>({ dialect: new EmbeddedDialect({ database }, scope) });
      await migrate(withTablesOf<unknown>(db), 'embedded', options.file, [
        ...STORAGE_MIGRATIONS,
        ...options.migrations,
      ]);
      return new QueuedStorage(db, 'embedded', scope, once, async () => {
        try {
          // libsql 0.5.29 keeps the connection until its statements are collected, so SQLite does not do this by itself.
          database.pragma('wal_checkpoint(TRUNCATE)');
          await db.destroy();
        } finally {
          lock.release();
        }
      });
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Nobody else writes, so there is nothing that could go better the second time. */
function once<Result>(transaction: () => Promise<Result>): Promise<Result> {
  return transaction();
}

function openFile(file: string): Database.Database {
  const database = new Database(file);
  try {
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    checkIntegrity(database, file);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof StorageOpenError) throw error;
    throw new StorageOpenError(
      'notUsable',
      `${file} was not opened: it cannot be used as a database (${messageOf(error)}); ` +
        'it was kept as it is: move it away to start with an empty one, or restore it from a backup',
      { cause: error },
    );
  }
}

function checkIntegrity(database: Database.Database, file: string): void {
  const rows: unknown = database.pragma('quick_check(5)');
  const findings = Array.isArray(rows) ? rows.flatMap((row: object) => Object.values(row).map(String)) : [];
  if (findings.length === 1 && findings[0] === 'ok') return;
  throw new StorageOpenError(
    'corrupt',
    `${file} was not opened: it is damaged (${findings.join('; ')}); ` +
      'it was kept as it is: restore it from a backup, or move it away to start with an empty one',
  );
}
