import { GetSnapshot, type InventorySnapshot } from '#contracts';
import type { QueryClient } from '#messaging';
import type { Inventory } from '../../application/ports.js';

/** Beyond the wait that the inventory was asked for. */
const ANSWER_MARGIN_MS = 5_000;

export class AmqpInventory implements Inventory {
  constructor(private readonly queries: QueryClient) {}

  snapshot(options: { maxAgeMs?: number; waitMs?: number }): Promise<InventorySnapshot> {
    return this.queries.query(GetSnapshot, {}, options, { timeoutMs: (options.waitMs ?? 0) + ANSWER_MARGIN_MS });
  }
}
