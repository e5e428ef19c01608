import { Pool, types, type ClientConfig } from 'pg';
import { StorageOpenError, messageOf } from '../errors.js';

/** One for the transactions, the others for reading beside them. */
const CONNECTIONS_MAX = 4;
export const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than the largest decision takes to be stored; shorter than for ever. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** A process that froze inside a transaction holds the writers' lock; PostgreSQL ends its connection after this. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 3_000;
const KEEPALIVE_IDLE_S = 5;

const INT8 = 20;
const SCHEMA_NAME = /^[a-z][a-z0-9_]{0,60}$/;

/** How every connection of this library to PostgreSQL is set up. */
export function connectionConfig(url: string, schema: string): ClientConfig {
  if (!SCHEMA_NAME.test(schema)) throw new Error(`"${schema}" is no name for a schema: small letters, digits and _`);
  return {
    connectionString: url,
    application_name: `dag-${schema}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    keepAlive: true,
    options: `-c search_path=${schema} -c tcp_keepalives_idle=${KEEPALIVE_IDLE_S} -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3`,
    types: { getTypeParser },
  };
}

export function openPool(url: string, schema: string): Pool {
  return new Pool({ ...connectionConfig(url, schema), max: CONNECTIONS_MAX });
}

/** The address for people: without the password. */
export function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
  } catch {
    return 'the PostgreSQL address';
  }
}

/** Fails in one clear line where PostgreSQL cannot be used at all. */
export async function requireReachable(pool: Pool, where: string): Promise<void> {
  try {
    const client = await pool.connect();
    client.release();
  } catch (error) {
    throw new StorageOpenError(
      'unreachable',
      `the database at ${where} was not opened: no connection within ${CONNECT_TIMEOUT_MS} ms (${messageOf(error)}); ` +
        'check that PostgreSQL runs there, and the name and password in the database URL',
      { cause: error },
    );
  }
}

/** Our integers are counts, ids and milliseconds: numbers, as SQLite gives them. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  return oid === INT8 ? safeInteger : types.getTypeParser(oid, format);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} from the database is too large to be read as a number`);
  return value;
}
