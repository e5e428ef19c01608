import type { BackupView, ListedBackup } from '#contracts';
import { distanceMs, isMadeBy } from './match.js';
import type { CatalogueState, Made } from './state.js';

/** Which GUID a database of this name has now; null for a name that the inventory does not know. */
export type GuidOf = (databaseName: string) => string | null;

interface Entry {
  readonly listed: ListedBackup | null;
  readonly listedBy: readonly string[];
  readonly made: Made | null;
}

/** Every backup that exists, by database and then from the oldest to the newest, each with the full that its chain begins with. */
export function catalogueViews(state: CatalogueState, guidOf: GuidOf): readonly BackupView[] {
  const views = entriesOf(state).map((entry) => viewOf(entry, guidOf));
  return withChains(views.toSorted(byDatabaseAndTime));
}

function entriesOf(state: CatalogueState): readonly Entry[] {
  const listed = new Map<string, { readonly backup: ListedBackup; readonly by: string[] }>();
  const membersSorted = [...state.sources.values()].toSorted((a, b) => compare(a.memberId, b.memberId));
  for (const { memberId, listing } of membersSorted) {
    for (const [key, backup] of listing?.backups ?? []) {
      const known = listed.get(key);
      if (known) known.by.push(memberId);
      else listed.set(key, { backup, by: [memberId] });
    }
  }
  const madeByDatabase = grouped(
    [...state.made.values()].toSorted((a, b) => compare(a.startedAt, b.startedAt)),
    ({ databaseName }) => databaseName,
  );
  const open = new Set(listed.keys());
  const keysByDatabase = grouped([...listed.keys()], (key) => listed.get(key)?.backup.databaseName ?? '');
  const madeOf = new Map<string, Made>();
  const unlisted: Made[] = [];
  for (const [databaseName, attempts] of madeByDatabase) {
    const keys = keysByDatabase.get(databaseName) ?? [];
    for (const made of attempts) {
      const fitting = keys
        .filter((key) => open.has(key))
        .flatMap((key) => listed.get(key)?.backup ?? [])
        .filter((backup) => isMadeBy(backup, made))
        .toSorted((a, b) => distanceMs(a, made) - distanceMs(b, made))[0];
      const key = fitting && keys.find((each) => listed.get(each)?.backup === fitting);
      if (key === undefined) unlisted.push(made);
      else {
        open.delete(key);
        madeOf.set(key, made);
      }
    }
  }
  return [
    ...[...listed].map(([key, { backup, by }]) => ({ listed: backup, listedBy: by, made: madeOf.get(key) ?? null })),
    ...unlisted.map((made) => ({ listed: null, listedBy: [], made })),
  ];
}

function grouped<Item>(items: readonly Item[], keyFor: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyFor(item));
    if (group) group.push(item);
    else groups.set(keyFor(item), [item]);
  }
  return groups;
}

function viewOf({ listed, listedBy, made }: Entry, guidOf: GuidOf): BackupView {
  if (listed === null && made === null) throw new Error('a backup of the catalogue is neither listed nor made');
  const databaseName = listed?.databaseName ?? made?.databaseName ?? '';
  const objectName = listed?.objectName ?? null;
  return {
    id: `${databaseName}/${objectName ?? `run-${made?.attemptId ?? ''}`}`,
    databaseName,
    databaseGuid: made?.databaseGuid ?? guidOf(databaseName),
    backupType: listed?.backupType ?? made?.backupType ?? 'full',
    startedAt: listed?.startedAt ?? made?.startedAt ?? '',
    endedAt: made?.endedAt ?? null,
    // The client prints rounded sizes; the run counted the bytes.
    sizeBytes: made?.bytes ?? listed?.sizeBytes ?? null,
    objectName,
    sourceMember: listed?.sourceMember ?? made?.memberId ?? null,
    node: listed?.node ?? null,
    location: listed?.location ?? null,
    active: listed?.active ?? null,
    fullId: null,
    origin: listed === null ? 'run' : made === null ? 'client' : 'both',
    runId: made?.runId ?? null,
    attemptId: made?.attemptId ?? null,
    listedBy,
  };
}

/** A chain crosses members: the full may come from a passive copy and the incremental from the active one (MS-TYPES). */
function withChains(views: readonly BackupView[]): readonly BackupView[] {
  let database: string | null = null;
  let fullId: string | null = null;
  return views.map((view) => {
    if (view.databaseName !== database) {
      database = view.databaseName;
      fullId = null;
    }
    if (view.backupType === 'copy') return view;
    if (view.backupType === 'full') fullId = view.id;
    return { ...view, fullId };
  });
}

function byDatabaseAndTime(a: BackupView, b: BackupView): number {
  return compare(a.databaseName, b.databaseName) || compare(a.startedAt, b.startedAt) || compare(a.id, b.id);
}

/** By code, not by language: pages and chains must not depend on where the inventory runs. */
export function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
