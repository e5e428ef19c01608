import { openEmbedded } from './embedded/open-embedded.js';
import { openPostgres } from './postgres/open-postgres.js';
import type { StorageLog } from './ports.js';
import type { Migration, Storage, StorageTables } from './tables.js';

export interface DatabaseOptions {
  /** A `postgres://` URL. Without one the embedded database in `file` is used. */
  readonly url?: string;
  readonly file: string;
  /** The service's own schema in PostgreSQL. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
  readonly log?: StorageLog;
}

/** A service's database: PostgreSQL where its address is given, else embedded. The same tables, migrations and queries for both. */
export function openDatabase<Tables>(options: DatabaseOptions): Promise<Storage<Tables & StorageTables>> {
  const { url, schema, file, migrations, log } = options;
  if (url === undefined) return openEmbedded<Tables>({ file, migrations });
  return openPostgres<Tables>({ url, schema, migrations, ...(log ? { log } : {}) });
}
