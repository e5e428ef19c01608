import { BACKUPS_PAGE_MAX, type BackupList, type BackupView, type BackupsQuery } from '#contracts';
import { compare } from './views.js';

/** Ordered by database and time; a page goes on after the place of the last backup, also when that one is gone. */
type Place = Pick<BackupView, 'databaseName' | 'startedAt' | 'id'>;

export type PageOf = Pick<BackupList, 'backups' | 'total' | 'next'>;

/** Null: `after` is no cursor of ours. */
export function pageOf(views: readonly BackupView[], query: BackupsQuery): PageOf | null {
  const fitting = selected(views, query);
  const place = query.after === undefined ? null : placeOf(query.after);
  if (place === undefined) return null;
  const rest = place === null ? fitting : fitting.filter((view) => comparePlaces(view, place) > 0);
  const backups = rest.slice(0, query.limit ?? BACKUPS_PAGE_MAX);
  const last = backups.at(-1);
  return { backups, total: fitting.length, next: last && backups.length < rest.length ? cursorOf(last) : null };
}

function selected(views: readonly BackupView[], query: BackupsQuery): readonly BackupView[] {
  const { member, startedAfter, startedBefore, at } = query;
  const names = query.databases && new Set(query.databases.map((text) => text.toLowerCase()));
  const chosen = views.filter(
    (view) =>
      (!names || names.has(view.databaseName.toLowerCase()) || names.has(view.databaseGuid ?? '')) &&
      (member === undefined || view.sourceMember === member) &&
      (startedAfter === undefined || Date.parse(view.startedAt) >= Date.parse(startedAfter)) &&
      (startedBefore === undefined || Date.parse(view.startedAt) <= Date.parse(startedBefore)),
  );
  return at === undefined ? chosen : usableAt(chosen, Date.parse(at));
}

/** For each database the newest full until that moment and what builds on it; copies of that time too, for they stand alone. */
function usableAt(views: readonly BackupView[], atMs: number): readonly BackupView[] {
  const until = views.filter(({ startedAt }) => Date.parse(startedAt) <= atMs);
  const newestFull = new Map<string, BackupView>();
  for (const view of until) if (view.backupType === 'full') newestFull.set(view.databaseName, view);
  return until.filter((view) => {
    const full = newestFull.get(view.databaseName);
    return full !== undefined && compare(view.startedAt, full.startedAt) >= 0;
  });
}

function cursorOf({ databaseName, startedAt, id }: Place): string {
  return Buffer.from(JSON.stringify([databaseName, startedAt, id])).toString('base64url');
}

/** Undefined: it is not a cursor. */
function placeOf(cursor: string): Place | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!Array.isArray(value)) return undefined;
    const [databaseName, startedAt, id]: readonly unknown[] = value;
    if (typeof databaseName !== 'string' || typeof startedAt !== 'string' || typeof id !== 'string') return undefined;
    return { databaseName, startedAt, id };
  } catch {
    return undefined;
  }
}

function comparePlaces(a: Place, b: Place): number {
  return compare(a.databaseName, b.databaseName) || compare(a.startedAt, b.startedAt) || compare(a.id, b.id);
}
