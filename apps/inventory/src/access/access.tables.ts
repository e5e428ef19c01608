import type { Migration } from '#storage';

/** Who may use the consoles, and what was done there. */
export interface AccessTables {
  readonly access_tokens: {
    readonly token_id: string;
    readonly name: string;
    readonly role: string;
    readonly secret_hash: string;
    readonly created_at: string;
    readonly expires_at: string;
    /** Null: good until it expires. A revoked token is kept, so that a late copy of its making does not bring it back. */
    readonly revoked_at: string | null;
  };
  /** Rows are added and, after the retention, forgotten; never changed. */
  readonly audit_entries: {
    readonly position: number;
    readonly entry_id: string;
    readonly at: string;
    /** The entry as it came, as JSON. */
    readonly entry: string;
  };
}

export const ACCESS_MIGRATIONS: readonly Migration[] = [
  {
    name: 'inventory-2-access',
    up: async (db) => {
      await db.schema
        .createTable('access_tokens')
        .addColumn('token_id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('secret_hash', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'text', (column) => column.notNull())
        .addColumn('revoked_at', 'text')
        .execute();
      await db.schema
        .createTable('audit_entries')
        .addColumn('position', 'integer', (column) => column.primaryKey())
        .addColumn('entry_id', 'text', (column) => column.notNull().unique())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('entry', 'text', (column) => column.notNull())
        .execute();
    },
  },
];
