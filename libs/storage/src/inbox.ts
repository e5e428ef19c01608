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
