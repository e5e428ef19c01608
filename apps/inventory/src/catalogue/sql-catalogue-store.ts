import type { ListedBackup } from '#contracts';
import { markSeen, type Storage, type StorageTables } from '#storage';
import type { Transaction } from 'kysely';
import type { CatalogueTables } from './catalogue.tables.js';
import type { CatalogueState, Listing, Made, Source } from './state.js';

/** Marks of this consumer in the inbox: the same message is also the inventory's. */
const CONSUMER = 'catalogue';
/** Rows of one statement; the embedded database takes some thousands of values in one. */
const ROWS_MAX = 500;

export type CatalogueDatabase = CatalogueTables & StorageTables;

export interface CatalogueChange {
  readonly before: CatalogueState;
  readonly after: CatalogueState;
  readonly messageId: string;
  readonly nowMs: number;
}

/** Keeps the catalogue. A commit stores what changed and the mark that the message was seen, or neither. */
export interface CatalogueStore {
  load(): Promise<CatalogueState>;
  /** `seenBefore`: the message was handled already, and nothing was stored. */
  commit(change: CatalogueChange): Promise<'committed' | 'seenBefore'>;
}

type StoredSource = Omit<Source, 'listing'> & { readonly listing: Omit<Listing, 'backups'> | null };

export class SqlCatalogueStore implements CatalogueStore {
  constructor(private readonly storage: Storage<CatalogueDatabase>) {}

  async load(): Promise<CatalogueState> {
    const { db } = this.storage;
    // Only this module writes these rows, and only one process has the file; a damaged file is refused when it is opened.
    const backups = new Map<string, Map<string, ListedBackup>>();
    for (const { member, key, state } of await db.selectFrom('listed_backups').selectAll().execute()) {
      const backup: ListedBackup = JSON.parse(state);
      backups.set(member, (backups.get(member) ?? new Map<string, ListedBackup>()).set(key, backup));
    }
    const sources = new Map<string, Source>();
    for (const { member, state } of await db.selectFrom('backup_sources').selectAll().execute()) {
      const stored: StoredSource = JSON.parse(state);
      const listing = stored.listing && { ...stored.listing, backups: backups.get(member) ?? new Map() };
      sources.set(member, { ...stored, listing });
    }
    const made = new Map<string, Made>();
    for (const row of await db.selectFrom('made_backups').selectAll().execute()) {
      const entry: Made = JSON.parse(row.state);
      made.set(row.attempt_id, entry);
    }
    return { sources, pending: new Map(), made };
  }

  commit({ before, after, messageId, nowMs }: CatalogueChange): Promise<'committed' | 'seenBefore'> {
    return this.storage.transaction(async (tx) => {
      if (!(await markSeen(tx, CONSUMER, messageId, new Date(nowMs).toISOString()))) return 'seenBefore';
      for (const [member, source] of after.sources) {
        const known = before.sources.get(member);
        if (known !== source) await saveSource(tx, known, source);
      }
      await saveMade(tx, before.made, after.made);
      return 'committed';
    });
  }
}

async function saveSource(
  tx: Transaction<CatalogueDatabase>,
  known: Source | undefined,
  source: Source,
): Promise<void> {
  const { listing, ...rest } = source;
  const stored: StoredSource = {
    ...rest,
    listing: listing && { memberId: listing.memberId, digest: listing.digest, confirmedAtMs: listing.confirmedAtMs },
  };
  const state = JSON.stringify(stored);
  await tx
    .insertInto('backup_sources')
    .values({ member: source.memberId, state })
    .onConflict((conflict) => conflict.column('member').doUpdateSet({ state }))
    .execute();
  const before = known?.listing?.backups ?? new Map<string, ListedBackup>();
  const after = listing?.backups ?? new Map<string, ListedBackup>();
  if (before !== after) await saveBackups(tx, source.memberId, before, after);
}

async function saveBackups(
  tx: Transaction<CatalogueDatabase>,
  member: string,
  before: ReadonlyMap<string, ListedBackup>,
  after: ReadonlyMap<string, ListedBackup>,
): Promise<void> {
  const text = (backup: ListedBackup | undefined): string => JSON.stringify(backup ?? null);
  const gone = [...before.keys()].filter((key) => !after.has(key));
  const changed = [...after].filter(([key, backup]) => text(before.get(key)) !== text(backup));
  for (const keys of slices(gone))
    await tx.deleteFrom('listed_backups').where('member', '=', member).where('key', 'in', keys).execute();
  for (const rows of slices(changed)) {
    await tx
      .insertInto('listed_backups')
      .values(rows.map(([key, backup]) => ({ member, key, state: JSON.stringify(backup) })))
      .onConflict((conflict) =>
        conflict.columns(['member', 'key']).doUpdateSet((eb) => ({ state: eb.ref('excluded.state') })),
      )
      .execute();
  }
}

async function saveMade(
  tx: Transaction<CatalogueDatabase>,
  before: ReadonlyMap<string, Made>,
  after: ReadonlyMap<string, Made>,
): Promise<void> {
  if (before === after) return;
  const gone = [...before.keys()].filter((attemptId) => !after.has(attemptId));
  for (const ids of slices(gone)) await tx.deleteFrom('made_backups').where('attempt_id', 'in', ids).execute();
  for (const [attemptId, made] of after)
    if (!before.has(attemptId))
      await tx
        .insertInto('made_backups')
        .values({ attempt_id: attemptId, state: JSON.stringify(made) })
        .execute();
}

function* slices<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += ROWS_MAX) yield items.slice(from, from + ROWS_MAX);
}
