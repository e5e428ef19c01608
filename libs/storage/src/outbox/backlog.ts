import { ownTables } from '../own-tables.js';
import type { Storage, StorageTables } from '../tables.js';

/** Messages counted at most: whoever watches an outbox wants to know that it does not drain, not by how much. */
export const BACKLOG_COUNT_MAX = 10_000;

export interface OutboxBacklog {
  /** Stored and not yet marked sent; {@link BACKLOG_COUNT_MAX} means that many or more. */
  readonly unsent: number;
  /** When the oldest of them was stored; null: there is none. */
  readonly oldestAtMs: number | null;
}

/** What waits in the outbox, by two looks at its index. */
export async function outboxBacklog<Tables extends StorageTables>(
  storage: Pick<Storage<Tables>, 'db'>,
): Promise<OutboxBacklog> {
  const db = ownTables(storage.db);
  const unsent = db.selectFrom('outbox').select(['id', 'created_at']).where('sent_at', 'is', null);
  const oldest = await unsent.orderBy('id').limit(1).executeTakeFirst();
  if (!oldest) return { unsent: 0, oldestAtMs: null };
  const { count } = await db
    .selectFrom(unsent.limit(BACKLOG_COUNT_MAX).as('waiting'))
    .select((rows) => rows.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return { unsent: Number(count), oldestAtMs: Date.parse(oldest.created_at) };
}
