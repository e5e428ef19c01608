import type { BackupWindow, DrainView, LimitScope, LimitView, MaintenanceView } from '#contracts';

/** What a member does of what it may; null: no limit. */
export interface Load {
  readonly used: number;
  readonly limit: number | null;
}

/** Null while no conductor has told. */
export function loadOf(maintenance: MaintenanceView | null, memberId: string): Load | null {
  if (maintenance === null) return null;
  const slot = maintenance.inUse.find(({ scope, name }) => scope === 'member' && name === memberId);
  if (slot) return { used: slot.used, limit: slot.limit };
  const own = maintenance.limits.filter(
    ({ scope, name }) => scope === 'member' && (name === memberId || name === null),
  );
  const limit = own.find(({ name }) => name !== null) ?? own[0];
  return { used: 0, limit: limit?.value ?? null };
}

export function drainOf(maintenance: MaintenanceView | null, memberId: string): DrainView | null {
  return maintenance?.drains.find(({ member }) => member === memberId) ?? null;
}

/** What a limit counts, in the words of people. */
export const SCOPE_TEXTS: Readonly<Record<LimitScope, string>> = {
  global: 'Backups at once, over all',
  dag: 'Backups at once in a DAG',
  site: 'Backups at once in a site',
  member: 'Backups at once on a member',
  storageServer: 'Sessions at once to a storage server',
  volume: 'Backups at once on a volume',
  startGap: 'Time between two starts on a member',
};

export function limitText({ scope, value }: LimitView): string {
  if (value === null) return 'no limit';
  return scope === 'startGap' ? `${value / 1_000} s` : String(value);
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A name by which people know what a limit is for: those of members and DAGs are kept in small letters. */
export type Naming = (scope: LimitScope, name: string) => string;

export function namingOf({
  dags,
  members,
}: {
  readonly dags: readonly Named[];
  readonly members: readonly Named[];
}): Naming {
  return (scope, name) => {
    const known = scope === 'dag' ? dags : scope === 'member' || scope === 'startGap' ? members : [];
    return known.find(({ id }) => id === name)?.name ?? name;
  };
}

/** What is used of a limit: of one that is for each, every one that is in use. */
export function usedText(limit: LimitView, { inUse }: MaintenanceView, naming: Naming): string {
  return inUse
    .filter(
      ({ scope, name, used }) => scope === limit.scope && used > 0 && (limit.name === null || name === limit.name),
    )
    .map(({ scope, name, used }) =>
      limit.name === null && name !== null ? `${naming(scope, name)}: ${used}` : String(used),
    )
    .join(', ');
}

const DAYS_OF_WEEK = 7;

/** `mon, tue 20:00 to 06:00, nothing new after 04:00`; one for each period. */
export function periodTexts({ periods }: BackupWindow): readonly string[] {
  return periods.map(
    ({ days, from, to, latestStart }) =>
      `${days.length === DAYS_OF_WEEK ? 'every day' : days.join(', ')} ${from} to ${to}${latestStart === undefined ? '' : `, nothing new after ${latestStart}`}`,
  );
}
