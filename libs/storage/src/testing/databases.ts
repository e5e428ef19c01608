import { randomUUID } from 'node:crypto';
import { describe } from '@jest/globals';
import { Client } from 'pg';
import { openDatabase } from '../open-database.js';
import type { Migration, Storage, StorageTables } from '../tables.js';
import { temporaryFolder } from './fixtures.js';

/** Given by `npm test`, where a PostgreSQL server is installed. */
const url = process.env['TEST_POSTGRES_URL'];

export interface TestDatabase {
  /** Opens it; again after a close to see what was kept. */
  open<Tables>(migrations?: readonly Migration[]): Promise<Storage<Tables & StorageTables>>;
  remove(): Promise<void>;
}

/** The same spec for the embedded database and, where there is a server, for PostgreSQL. `make` gives an empty database. */
export function describeOnBoth(name: string, spec: (make: () => TestDatabase) => void): void {
  describe(`${name} (embedded)`, () => {
    spec(embedded);
  });
  if (url === undefined) {
    console.warn(`left out: ${name} on PostgreSQL, because TEST_POSTGRES_URL names no server`);
    return;
  }
  describe(`${name} (PostgreSQL)`, () => {
    spec(() => schemaOf(url));
  });
}

/** For specs of PostgreSQL alone. */
export function describeOnPostgres(name: string, spec: (make: () => PostgresDatabase) => void): void {
  if (url === undefined) console.warn(`left out: ${name}, because TEST_POSTGRES_URL names no PostgreSQL server`);
  (url === undefined ? describe.skip : describe)(name, () => {
    spec(() => schemaOf(url ?? ''));
  });
}

export interface PostgresDatabase extends TestDatabase {
  readonly url: string;
  readonly schema: string;
}

function embedded(): TestDatabase {
  const folder = temporaryFolder();
  return {
    open: (migrations = []) => openDatabase({ file: folder.file('state.db'), schema: 'test', migrations }),
    remove: async () => folder.remove(),
  };
}

/** A schema of its own, so that specs side by side do not meet. */
function schemaOf(address: string): PostgresDatabase {
  const schema = `t${randomUUID().replaceAll('-', '')}`;
  return {
    url: address,
    schema,
    open: (migrations = []) => openDatabase({ url: address, file: 'unused', schema, migrations }),
    remove: async () => {
      const client = new Client({ connectionString: address });
      await client.connect();
      await client.query(`drop schema if exists ${schema} cascade`);
      await client.end();
    },
  };
}
