/** Classes of PostgreSQL's error codes: connection, resources (disk full, too many connections), and being shut down or started. */
const POSTGRES_CLASSES = ['08', '53'] as const;
const POSTGRES_CODES: ReadonlySet<string> = new Set(['57P01', '57P02', '57P03', '57P05', '25P03']);
const SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const SQLITE_CODES = /^SQLITE_(FULL|IOERR|BUSY|CANTOPEN|READONLY)/;
/** What pg and its pool say without a code. */
const CONNECTION_WORDS =
  /connection terminated|connection error|not queryable|timeout exceeded when trying to connect/i;

/** True when the database cannot work at present, so that every piece of work would fail: not the fault of the one in hand. */
export function isStorageUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isStorageUnavailable);
  if (!(error instanceof Error)) return false;
  if (CONNECTION_WORDS.test(error.message)) return true;
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return false;
  return (
    POSTGRES_CODES.has(code) ||
    SYSTEM_CODES.has(code) ||
    SQLITE_CODES.test(code) ||
    (code.length === 5 && POSTGRES_CLASSES.some((prefix) => code.startsWith(prefix)))
  );
}
