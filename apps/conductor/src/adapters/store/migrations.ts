import type { Migration } from '#storage';
import { sql } from 'kysely';
import { withBlocksAndPriorities } from './migrate-blocks.js';
import { withDecisionInputs } from './migrate-inputs.js';
import { rewriteEvents, type StoredEvent } from './rewrite-events.js';

export interface ConductorTables {
  readonly runs: {
    readonly run_id: string;
    readonly request_id: string;
    readonly status: string;
    readonly requested_at_ms: number;
    readonly ended: number;
    readonly version: number;
  };
  /** Changes of limits and drains, made by people: some a day at most, and kept for good. */
  readonly maintenance_events: {
    readonly sequence: number;
    readonly type: string;
    readonly data: string;
  };
  readonly run_events: {
    readonly run_id: string;
    readonly sequence: number;
    readonly type: string;
    readonly data: string;
  };
  /** What each member was seen to do, by backup type. */
  readonly member_rates: {
    readonly member: string;
    readonly backup_type: string;
    readonly data: string;
  };
}

export const CONDUCTOR_MIGRATIONS: readonly Migration[] = [
  {
    name: 'conductor-1-runs',
    up: async (db) => {
      await db.schema
        .createTable('runs')
        .addColumn('run_id', 'text', (column) => column.primaryKey())
        .addColumn('request_id', 'text', (column) => column.notNull().unique())
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('requested_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('ended', 'bigint', (column) => column.notNull())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('runs_by_time').on('runs').column('requested_at_ms').execute();
      await db.schema.createIndex('runs_by_ended').on('runs').column('ended').execute();
      await db.schema
        .createTable('run_events')
        .addColumn('run_id', 'text', (column) => column.notNull())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('run_events_pk', ['run_id', 'sequence'])
        .execute();
      await db.schema
        .createTable('epochs')
        .addColumn('epoch', 'bigint', (column) => column.primaryKey())
        .addColumn('began_at', 'text', (column) => column.notNull())
        .execute();
    },
  },
  {
    // The epochs moved to the table that every storage has; agents have seen the old numbers, so the next must be higher.
    name: 'conductor-2-epochs-to-leaders',
    up: async (db) => {
      await sql`insert into leaders (epoch, holder, began_at, renewed_at_ms, ended)
        select epoch, 'unknown', began_at, 0, 1 from epochs`.execute(db);
      await db.schema.dropTable('epochs').execute();
    },
  },
  {
    name: 'conductor-3-maintenance',
    up: async (db) => {
      await db.schema
        .createTable('maintenance_events')
        .addColumn('sequence', 'bigint', (column) => column.primaryKey())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .execute();
      await rewriteEvents(db, withBlocksAndPriorities);
    },
  },
  {
    name: 'conductor-4-member-rates',
    up: async (db) => {
      await db.schema
        .createTable('member_rates')
        .addColumn('member', 'text', (column) => column.notNull())
        .addColumn('backup_type', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('member_rates_pk', ['member', 'backup_type'])
        .execute();
    },
  },
  {
    name: 'conductor-5-decision-inputs',
    up: (db) => rewriteEvents(db, withDecisionInputs),
  },
  {
    name: 'conductor-6-restores-without-copies',
    up: (db) => rewriteEvents(db, withoutCopiesLeftOut),
  },
];

/** Restores that were asked for before copies could be left out leave none out. */
function withoutCopiesLeftOut(event: StoredEvent): StoredEvent | undefined {
  if (event.type !== 'RestoreRequested') return undefined;
  return { ...event, order: { withoutCopiesOn: [], ...(event['order'] as object) } };
}
