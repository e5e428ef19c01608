import { Kysely } from 'kysely';
import type { StorageTables } from './tables.js';

/**
 * The same connection or transaction, seen with other tables. Kysely checks tables at compile time only, and cannot see
 * that a generic set of tables contains the ones of a bound.
 */
export function withTablesOf<Tables>(db: object): Kysely<Tables> {
  if (!isKysely<Tables>(db)) throw new Error('this is no Kysely connection or transaction');
  return db;
}

/** The inbox and outbox of any storage. */
export function ownTables<Tables extends StorageTables>(db: Kysely<Tables>): Kysely<StorageTables> {
  return withTablesOf<StorageTables>(db);
}

function isKysely<Tables>(db: object): db is Kysely<Tables> {
  return db instanceof Kysely;
}
