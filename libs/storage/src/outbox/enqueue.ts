import type { Transaction } from 'kysely';
import type { OutgoingMessage } from '../ports.js';
import { ownTables } from '../own-tables.js';
import type { StorageTables } from '../tables.js';

/** Rows of one insert; SQLite takes 32,766 parameters a statement, a row has seven. */
const ROWS_PER_INSERT_MAX = 500;

/** Stores messages to be sent, in the transaction of what they tell. Call the sender's `wake` after the commit. */
export async function enqueue<Tables extends StorageTables>(
  tx: Transaction<Tables>,
  messages: readonly OutgoingMessage[],
  orderingKey: string,
  nowIso: string,
): Promise<void> {
  for (let start = 0; start < messages.length; start += ROWS_PER_INSERT_MAX) {
    const rows = messages.slice(start, start + ROWS_PER_INSERT_MAX).map((message) => ({
      message_id: message.id,
      ordering_key: orderingKey,
      exchange: message.exchange,
      routing_key: message.routingKey,
      durable: message.durable ? 1 : 0,
      envelope: JSON.stringify(message.envelope),
      created_at: nowIso,
    }));
    await ownTables(tx).insertInto('outbox').values(rows).execute();
  }
}
