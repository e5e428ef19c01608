import type { Migration } from '#storage';

/** Everything as JSON, because nobody searches in it; one row for each backup, so that a new one does not rewrite the others. */
export interface CatalogueTables {
  readonly backup_sources: { readonly member: string; readonly state: string };
  readonly listed_backups: { readonly member: string; readonly key: string; readonly state: string };
  readonly made_backups: { readonly attempt_id: string; readonly state: string };
}

export const CATALOGUE_MIGRATION: Migration = {
  name: 'inventory-2-catalogue',
  up: async (db) => {
    await db.schema
      .createTable('backup_sources')
      .addColumn('member', 'text', (column) => column.notNull().primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('listed_backups')
      .addColumn('member', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('listed_backups_pk', ['member', 'key'])
      .execute();
    await db.schema
      .createTable('made_backups')
      .addColumn('attempt_id', 'text', (column) => column.notNull().primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .execute();
  },
};
