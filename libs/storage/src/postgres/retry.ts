/** Serialisation failure, deadlock, lock not available: PostgreSQL took the whole transaction back and says: once more. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);
export const TRANSACTION_TRIES_MAX = 5;

/**
 * Runs a transaction again that PostgreSQL took back as a whole. Nothing else is tried again here: after a lost connection it is
 * not known whether the commit counted, and only the caller can find out.
 */
export async function retryTakenBack<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (tries >= TRANSACTION_TRIES_MAX || !isTakenBack(error)) throw error;
    }
  }
}

function isTakenBack(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && TRANSIENT_CODES.has(error.code);
}
