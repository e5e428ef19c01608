import type { Transaction } from 'kysely';
import { ownTables } from './own-tables.js';
import type { StorageTables } from './tables.js';

/** Marks a message as handled by a consumer, in the transaction of its effect. False: it was handled before. */
export async function markSeen<Tables extends StorageTables>(
  tx: Transaction<Tables>,
  consumer: string,
  messageId: string,
  nowIso: string,
): Promise<boolean> {
  const inserted = await ownTables(tx)
    .insertInto('inbox')
    .values({ consumer, message_id: messageId, seen_at: nowIso })
    .onConflict((conflict) => conflict.doNothing())
    .returning('message_id')
    .execute();
  return inserted.length > 0;
}

/** Rows of one insert; SQLite takes 32,766 parameters a statement, a row has three. */
const ROWS_PER_INSERT_MAX = 1_000;

/** The same for several messages. False: one of them was handled before, or is there twice; roll the transaction back. */
export async function markAllSeen<Tables extends StorageTables>(
  tx: Transaction<Tables>,
  consumer: string,
  messageIds: readonly string[],
  nowIso: string,
): Promise<boolean> {
  for (let start = 0; start < messageIds.length; start += ROWS_PER_INSERT_MAX) {
    const ids = messageIds.slice(start, start + ROWS_PER_INSERT_MAX);
    const inserted = await ownTables(tx)
      .insertInto('inbox')
      .values(ids.map((id) => ({ consumer, message_id: id, seen_at: nowIso })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('message_id')
      .execute();
    if (inserted.length < ids.length) return false;
  }
  return true;
}
