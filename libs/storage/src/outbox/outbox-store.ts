import { isEnvelope, type Envelope } from '#contracts';
import type { Selectable } from 'kysely';
import { ownTables } from '../own-tables.js';
import type { OutgoingMessage } from '../ports.js';
import type { OutboxTable, Storage, StorageTables } from '../tables.js';

export interface WaitingMessage {
  readonly id: number;
  readonly orderingKey: string;
  readonly message: OutgoingMessage;
}

/** The sender's view of the outbox table. Ids rise in commit order, because the storage has one writer at a time. */
export class OutboxStore<Tables extends StorageTables> {
  constructor(private readonly storage: Storage<Tables>) {}

  /** Unsent messages of every key, oldest first. */
  async unsentAfter(id: number, limit: number): Promise<readonly WaitingMessage[]> {
    return messagesOf(await this.unsent().where('id', '>', id).orderBy('id').limit(limit).execute());
  }

  /** Unsent messages of one key, after one message and up to another, oldest first. */
  async unsentOf(
    orderingKey: string,
    afterId: number,
    upToId: number,
    limit: number,
  ): Promise<readonly WaitingMessage[]> {
    const rows = this.unsent()
      .where('ordering_key', '=', orderingKey)
      .where('id', '>', afterId)
      .where('id', '<=', upToId);
    return messagesOf(await rows.orderBy('id').limit(limit).execute());
  }

  async markSent(ids: readonly number[], nowIso: string): Promise<void> {
    await this.storage.transaction(async (tx) => {
      await ownTables(tx).updateTable('outbox').set({ sent_at: nowIso }).where('id', 'in', ids).execute();
    });
  }

  private unsent() {
    return ownTables(this.storage.db)
      .selectFrom('outbox')
      .select(['id', 'message_id', 'ordering_key', 'exchange', 'routing_key', 'durable', 'envelope'])
      .where('sent_at', 'is', null);
  }
}

type OutboxRow = Omit<Selectable<OutboxTable>, 'created_at' | 'sent_at'>;

function messagesOf(rows: readonly OutboxRow[]): readonly WaitingMessage[] {
  return rows.map((row) => ({
    id: row.id,
    orderingKey: row.ordering_key,
    message: {
      id: row.message_id,
      exchange: row.exchange,
      routingKey: row.routing_key,
      durable: row.durable === 1,
      envelope: envelopeOf(row),
    },
  }));
}

function envelopeOf(row: OutboxRow): Envelope {
  const parsed: unknown = JSON.parse(row.envelope);
  if (!isEnvelope(parsed))
    throw new Error(`row ${row.id} of the outbox holds no envelope; somebody else wrote to this database`);
  return parsed;
}
