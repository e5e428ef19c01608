import { ownTables } from './own-tables.js';
import type { Storage, StorageTables } from './tables.js';

/** Rows of each table that one call deletes at most, so that it never holds the connection for long. */
export const PRUNE_ROWS_MAX = 1_000;

export interface Pruned {
  readonly outboxCount: number;
  readonly inboxCount: number;
}

/**
 * Deletes messages sent, and marks of messages seen, before a moment. Choose it longer ago than any message may still be
 * delivered again. Once both counts are below {@link PRUNE_ROWS_MAX}, nothing is left to delete.
 */
export async function prune<Tables extends StorageTables>(
  storage: Storage<Tables>,
  olderThanIso: string,
): Promise<Pruned> {
  return storage.transaction(async (transaction) => {
    const tx = ownTables(transaction);
    const outbox = await tx
      .deleteFrom('outbox')
      .where('id', 'in', (rows) =>
        rows
          .selectFrom('outbox')
          .select('id')
          .where('sent_at', '<', olderThanIso)
          .orderBy('sent_at')
          .limit(PRUNE_ROWS_MAX),
      )
      .executeTakeFirst();
    const old = await tx
      .selectFrom('inbox')
      .select(['consumer', 'message_id'])
      .where('seen_at', '<', olderThanIso)
      .orderBy('seen_at')
      .limit(PRUNE_ROWS_MAX)
      .execute();
    for (const row of old) {
      await tx
        .deleteFrom('inbox')
        .where('consumer', '=', row.consumer)
        .where('message_id', '=', row.message_id)
        .execute();
    }
    return { outboxCount: Number(outbox.numDeletedRows), inboxCount: old.length };
  });
}

/** Rounds of deleting in one go; what is left waits for the next call. */
const PRUNE_ROUNDS_MAX = 20;

/** Prunes until nothing is left to delete, within a limit. */
export async function pruneAll<Tables extends StorageTables>(
  storage: Storage<Tables>,
  olderThanIso: string,
): Promise<void> {
  for (let round = 0; round < PRUNE_ROUNDS_MAX; round += 1) {
    const { inboxCount, outboxCount } = await prune(storage, olderThanIso);
    if (inboxCount < PRUNE_ROWS_MAX && outboxCount < PRUNE_ROWS_MAX) return;
  }
}
