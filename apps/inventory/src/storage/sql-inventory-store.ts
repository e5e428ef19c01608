import type { Transaction } from 'kysely';
import { enqueue, markSeen, type OutgoingMessage, type Storage, type StorageTables } from '#storage';
import type { Change, InventoryStore } from '../application/ports.js';
import type { InventoryFact } from '../domain/facts.js';
import type { InventoryState } from '../domain/state.js';
import type { AccessTables } from '../access/access.tables.js';
import type { InventoryTables } from './inventory.tables.js';
import { changedRows, stateFrom, type StateRow } from './state-rows.js';

/** The inbox is shared by nobody else in this database. */
const CONSUMER = 'inventory';

export type InventoryDatabase = InventoryTables & AccessTables & StorageTables;

export interface FactMessage {
  readonly orderingKey: string;
  readonly message: OutgoingMessage;
}

export interface FactWriter {
  write(fact: InventoryFact, nowMs: number, causationId: string | undefined): FactMessage;
}

/** The inventory in its database, whichever that is. */
export class SqlInventoryStore implements InventoryStore {
  constructor(
    private readonly storage: Storage<InventoryDatabase>,
    private readonly facts: FactWriter,
    private readonly onCommitted: () => void,
  ) {}

  async load(nowMs: number): Promise<InventoryState> {
    return stateFrom(await this.storage.db.selectFrom('known').select(['kind', 'key', 'state']).execute(), nowMs);
  }

  async commit(change: Change): Promise<'committed' | 'seenBefore'> {
    const nowIso = new Date(change.nowMs).toISOString();
    const outcome = await this.storage.transaction(async (tx) => {
      if (change.messageId !== undefined && !(await markSeen(tx, CONSUMER, change.messageId, nowIso)))
        return 'seenBefore';
      for (const row of changedRows(change.before, change.after)) await save(tx, row, nowIso);
      for (const fact of change.facts) {
        const { message, orderingKey } = this.facts.write(fact, change.nowMs, change.messageId);
        await enqueue(tx, [message], orderingKey, nowIso);
      }
      return 'committed';
    });
    if (change.facts.length > 0) this.onCommitted();
    return outcome;
  }
}

async function save(tx: Transaction<InventoryDatabase>, row: StateRow, nowIso: string): Promise<void> {
  if (row.state === null) {
    await tx.deleteFrom('known').where('kind', '=', row.kind).where('key', '=', row.key).execute();
    return;
  }
  const state = row.state;
  await tx
    .insertInto('known')
    .values({ kind: row.kind, key: row.key, state, stored_at: nowIso })
    .onConflict((conflict) => conflict.columns(['kind', 'key']).doUpdateSet({ state, stored_at: nowIso }))
    .execute();
}
