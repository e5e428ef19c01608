import { TOKENS_MAX, type AccessRole, type AccessToken, type AuditEntry, type StoredAuditEntry } from '#contracts';
import type { Storage, StorageTables } from '#storage';
import type { AccessTables } from './access.tables.js';

const PAGE_DEFAULT = 100;
/** Entries forgotten in one transaction, so that none takes long. */
const FORGET_MAX = 1_000;

/** Tokens and audit entries. Every change is idempotent by the id of what it is about, so a message that comes twice counts once. */
export class AccessStore {
  constructor(private readonly storage: Storage<AccessTables & StorageTables>) {}

  async issue(token: AccessToken): Promise<void> {
    await this.storage.transaction((tx) =>
      tx
        .insertInto('access_tokens')
        .values({
          token_id: token.tokenId,
          name: token.name,
          role: token.role,
          secret_hash: token.secretHash,
          created_at: token.createdAt,
          expires_at: token.expiresAt,
          revoked_at: null,
        })
        .onConflict((conflict) => conflict.column('token_id').doNothing())
        .execute(),
    );
  }

  async revoke(tokenId: string, nowIso: string): Promise<void> {
    await this.storage.transaction((tx) =>
      tx
        .updateTable('access_tokens')
        .set({ revoked_at: nowIso })
        .where('token_id', '=', tokenId)
        .where('revoked_at', 'is', null)
        .execute(),
    );
  }

  /** The tokens that are good now. */
  async tokens(nowIso: string, limit = TOKENS_MAX): Promise<readonly AccessToken[]> {
    const rows = await this.storage.db
      .selectFrom('access_tokens')
      .selectAll()
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', nowIso)
      .orderBy('created_at')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      tokenId: row.token_id,
      name: row.name,
      role: row.role as AccessRole,
      secretHash: row.secret_hash,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    }));
  }

  async record(entry: AuditEntry): Promise<void> {
    await this.storage.transaction(async (tx) => {
      const known = await tx
        .selectFrom('audit_entries')
        .select('position')
        .where('entry_id', '=', entry.entryId)
        .executeTakeFirst();
      if (known) return;
      const last = await tx
        .selectFrom('audit_entries')
        .select(({ fn }) => fn.max('position').as('position'))
        .executeTakeFirst();
      await tx
        .insertInto('audit_entries')
        .values({
          position: (last?.position ?? 0) + 1,
          entry_id: entry.entryId,
          at: entry.at,
          entry: JSON.stringify(entry),
        })
        .execute();
    });
  }

  /** Newest first. */
  async page(query: {
    readonly limit?: number;
    readonly beforePosition?: number;
  }): Promise<readonly StoredAuditEntry[]> {
    let rows = this.storage.db.selectFrom('audit_entries').select(['position', 'entry']);
    if (query.beforePosition !== undefined) rows = rows.where('position', '<', query.beforePosition);
    const found = await rows
      .orderBy('position', 'desc')
      .limit(query.limit ?? PAGE_DEFAULT)
      .execute();
    return found.map((row) => ({ ...(JSON.parse(row.entry) as AuditEntry), position: row.position }));
  }

  /** Forgets entries and tokens older than the retention; the newest entry stays, because the next position is counted from it. */
  async forget(beforeIso: string): Promise<void> {
    await this.storage.transaction(async (tx) => {
      const newest = await tx
        .selectFrom('audit_entries')
        .select(({ fn }) => fn.max('position').as('position'))
        .executeTakeFirst();
      const old = await tx
        .selectFrom('audit_entries')
        .select('position')
        .where('at', '<', beforeIso)
        .where('position', '<', newest?.position ?? 0)
        .orderBy('position')
        .limit(FORGET_MAX)
        .execute();
      const positions = old.map((row) => row.position);
      if (positions.length > 0) await tx.deleteFrom('audit_entries').where('position', 'in', positions).execute();
      await tx.deleteFrom('access_tokens').where('expires_at', '<', beforeIso).execute();
    });
  }
}
