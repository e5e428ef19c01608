import type { Transaction } from 'kysely';
import { ownTables } from '../own-tables.js';
import type { Storage, StorageTables } from '../tables.js';

/** Another process has taken over: nothing that this one wants to store or send counts any more. */
export class DeposedError extends Error {
  constructor(
    readonly epoch: number,
    readonly byEpoch: number,
  ) {
    super(
      `nothing was stored: this process acted under epoch ${epoch}, and another has taken over under epoch ${byEpoch}; ` +
        'end this one, its successor goes on with the work',
    );
    this.name = 'DeposedError';
  }
}

/** The right to act, and the number that says so to whoever checks. */
export interface Leadership {
  /** Rises with every new leader: the fencing token. */
  readonly epoch: number;
  /** False when this process, by its own monotonic clock, must reckon with having been replaced. */
  mayAct(): boolean;
  /** Resolves when another has taken over. */
  readonly deposed: Promise<DeposedError>;
  /** Gives the right back, so that the next one need not wait. */
  release(): Promise<void>;
}

/** The highest epoch so far; 0 before the first. */
export async function highestEpoch<Tables extends StorageTables>(tx: Transaction<Tables>): Promise<number> {
  const row = await ownTables(tx)
    .selectFrom('leaders')
    .select('epoch')
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.epoch ?? 0;
}

/** The same storage, whose transactions fail with a {@link DeposedError} once another leads. Checked inside each transaction. */
export function fenced<Tables extends StorageTables>(storage: Storage<Tables>, epoch: number): Storage<Tables> {
  return {
    engine: storage.engine,
    db: storage.db,
    transaction: (work) =>
      storage.transaction(async (tx) => {
        const highest = await highestEpoch(tx);
        if (highest !== epoch) throw new DeposedError(epoch, highest);
        return work(tx);
      }),
    close: () => storage.close(),
  };
}
