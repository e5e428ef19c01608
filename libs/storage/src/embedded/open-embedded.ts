import { AsyncLocalStorage } from 'node:async_hooks';
import Database from 'libsql';
import { Kysely, type Transaction } from 'kysely';
import { withTablesOf } from '../own-tables.js';
import type { Migration, Storage, StorageTables } from '../tables.js';
import { EmbeddedDialect, type TransactionScope } from './dialect.js';
import { StorageOpenError, messageOf } from './errors.js';
import { lockFile, type FileLock } from './file-lock.js';
import { STORAGE_MIGRATIONS, migrate } from './migrate.js';
import { TransactionQueue } from './transaction-queue.js';

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
      await migrate(withTablesOf<unknown>(db), options.file, [...STORAGE_MIGRATIONS, ...options.migrations]);
      return new EmbeddedStorage(
        db,
        scope,
        () => {
          // libsql 0.5.29 keeps the connection until its statements are collected, so SQLite does not do this by itself.
          database.pragma('wal_checkpoint(TRUNCATE)');
        },
        lock,
      );
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
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

class EmbeddedStorage<Tables> implements Storage<Tables> {
  private readonly queue = new TransactionQueue();
  private closing: Promise<void> | undefined;

  constructor(
    readonly db: Kysely<Tables>,
    private readonly scope: AsyncLocalStorage<TransactionScope>,
    private readonly emptyWal: () => void,
    private readonly lock: FileLock,
  ) {}

  transaction<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result> {
    if (this.closing) return Promise.reject(new Error('the transaction was not started: the storage is closed'));
    if (this.scope.getStore()?.open) {
      return Promise.reject(
        new Error(
          'a transaction was started inside a transaction and would wait for ever; use the one that was handed in',
        ),
      );
    }
    return this.queue.run(() =>
      this.db.transaction().execute(async (tx) => {
        const scope: TransactionScope = { open: true };
        try {
          return await this.scope.run(scope, () => work(tx));
        } finally {
          scope.open = false;
        }
      }),
    );
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await this.queue.idle();
    try {
      this.emptyWal();
      await this.db.destroy();
    } finally {
      this.lock.release();
    }
  }
}
