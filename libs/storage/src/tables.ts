import type { Generated, Kysely, Transaction } from 'kysely';

/** One row for every message a consumer has handled; it makes "at least once" into "once". */
export interface InboxTable {
  readonly consumer: string;
  readonly message_id: string;
  /** UTC, ISO-8601; by this machine's clock. */
  readonly seen_at: string;
}

/** One row for every message to send, stored in the transaction of the change that it tells of. */
export interface OutboxTable {
  readonly id: Generated<number>;
  readonly message_id: string;
  /** Messages with one key leave in the order in which they were stored. */
  readonly ordering_key: string;
  readonly exchange: string;
  readonly routing_key: string;
  /** 0 or 1: neither SQLite nor its driver has booleans. */
  readonly durable: number;
  /** JSON. */
  readonly envelope: string;
  readonly created_at: string;
  sent_at: string | null;
}

/** One row for every process that has led; the highest epoch leads. */
export interface LeadersTable {
  readonly epoch: number;
  /** Host and process, for people. */
  readonly holder: string;
  readonly began_at: string;
  /** By the database's own clock. */
  readonly renewed_at_ms: number;
  /** 1: it has given up leading of its own will. */
  readonly ended: number;
}

/** The tables that every storage has. */
export interface StorageTables {
  readonly inbox: InboxTable;
  readonly outbox: OutboxTable;
  readonly leaders: LeadersTable;
}

export type Engine = 'embedded' | 'postgres';

export interface Migration {
  /** Unique for ever; recorded in the database. */
  readonly name: string;
  /**
   * One set serves both databases: the schema builder, with text and bigint columns (64 bits in both; `integer` has only 32 in
   * PostgreSQL). `engine` is for what cannot be said in one way.
   */
  up(db: Kysely<unknown>, engine: Engine): Promise<void>;
}

export interface Storage<Tables> {
  readonly engine: Engine;
  /**
   * For reading outside transactions. Inside one use the transaction: the embedded database has one
   * connection, and asking for another while holding it would wait for ever, so that is refused with both databases.
   */
  readonly db: Kysely<Tables>;
  /** Runs one after another, in the order asked. Rolled back when `work` throws. */
  transaction<Result>(work: (tx: Transaction<Tables>) => Promise<Result>): Promise<Result>;
  /** Waits for what has been asked before. */
  close(): Promise<void>;
}
