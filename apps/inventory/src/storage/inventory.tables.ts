import type { Migration } from '#storage';
import { CATALOGUE_MIGRATION } from '../catalogue/catalogue.tables.js';

/** What was last known, one row for each record, database and member; the state as JSON, because nobody searches in it. */
export interface InventoryTables {
  readonly known: { readonly kind: string; readonly key: string; readonly state: string; readonly stored_at: string };
}

export const INVENTORY_MIGRATIONS: readonly Migration[] = [
  {
    name: 'inventory-1-known',
    up: async (db) => {
      await db.schema
        .createTable('known')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('stored_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('known_pk', ['kind', 'key'])
        .execute();
    },
  },
  CATALOGUE_MIGRATION,
];
