import { GetBackups, GetSnapshot, type BackupList, type BackupView, type InventorySnapshot } from '#contracts';
import type { QueryClient } from '#messaging';
import type { Inventory } from '../../application/ports.js';

/** Beyond the wait that the inventory was asked for. */
const ANSWER_MARGIN_MS = 5_000;
/** Clients whose listing is older are asked first: what was backed up a moment ago can be restored. */
const LISTING_MAX_AGE_MS = 60_000;
const LISTING_WAIT_MS = 5_000;
/** Pages of the catalogue that one restore may read. */
const PAGES_MAX = 2_000;

export class AmqpInventory implements Inventory {
  constructor(private readonly queries: QueryClient) {}

  snapshot(options: { maxAgeMs?: number; waitMs?: number }): Promise<InventorySnapshot> {
    return this.queries.query(GetSnapshot, {}, options, { timeoutMs: (options.waitMs ?? 0) + ANSWER_MARGIN_MS });
  }

  async backups(databases: readonly string[], maxAgeMs = LISTING_MAX_AGE_MS): Promise<readonly BackupView[]> {
    const all: BackupView[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const list: BackupList = await this.queries.query(
        GetBackups,
        {},
        {
          ...(databases.length > 0 ? { databases } : {}),
          // The first page waited for the clients; the others belong to the same catalogue.
          ...(after === null ? { maxAgeMs, waitMs: LISTING_WAIT_MS } : { after }),
        },
        { timeoutMs: LISTING_WAIT_MS + ANSWER_MARGIN_MS },
      );
      all.push(...list.backups);
      after = list.next;
      if (after === null) return all;
    }
    throw new Error(
      `the catalogue has more than ${PAGES_MAX} pages for ${databases.length || 'all'} databases; name fewer`,
    );
  }
}
