import { ownTables } from '../own-tables.js';
import type { Storage, StorageTables } from '../tables.js';
import { highestEpoch, type DeposedError, type Leadership } from './leadership.js';

/** Whoever has the embedded database open leads: its file belongs to one process. Only the epoch has to rise. */
export async function leadEmbedded<Tables extends StorageTables>(
  storage: Storage<Tables>,
  holder: string,
): Promise<Leadership> {
  const epoch = await storage.transaction(async (tx) => {
    const next = (await highestEpoch(tx)) + 1;
    const nowMs = Date.now();
    await ownTables(tx)
      .insertInto('leaders')
      .values({ epoch: next, holder, began_at: new Date(nowMs).toISOString(), renewed_at_ms: nowMs, ended: 0 })
      .execute();
    return next;
  });
  const never = new Promise<DeposedError>(() => undefined);
  return { epoch, mayAct: () => true, deposed: never, release: async () => undefined };
}
