import {
  displayName,
  type BackupWindow,
  type DefaultWindowView,
  type DrainView,
  type LimitView,
  type MaintenanceView,
} from '#contracts';
import { momentOf } from './moments.js';
import { table, type TableOptions } from './table.js';

export function renderLimits({ limits, inUse, drains, defaultWindow }: MaintenanceView, options: TableOptions): string {
  const rows = limits.map((limit) => {
    const used = inUse
      .filter(({ scope, name }) => scope === limit.scope && (limit.name === null || name === limit.name))
      .map(({ name, used: count }) =>
        limit.name === null && limit.scope !== 'global' ? `${placeOf(limit, name)} ${count}` : `${count}`,
      );
    return [limit.scope, placeOf(limit, limit.name) ?? 'each', valueOf(limit), used.join(', '), originOf(limit)];
  });
  const shown = table(['limit', 'of', 'at once', 'in use', 'since'], rows, options);
  return [shown, windowOf(defaultWindow), renderDrains(drains)].filter((text) => text !== '').join('\n\n');
}

/** What holds for requests without a window of their own. */
function windowOf(view: DefaultWindowView | null): string {
  if (view === null) return '';
  const { window, isOpen, mayStart, changesAt } = view;
  const now = mayStart ? 'open' : isOpen ? 'open, and nothing new is started' : 'closed';
  const next = changesAt === null ? '' : ` until ${momentOf(changesAt)}`;
  return `backups without a window of their own may run ${periodsOf(window)} (${window.timeZone}); now ${now}${next}`;
}

function periodsOf({ periods }: BackupWindow): string {
  return periods
    .map(
      ({ days, from, to, latestStart }) =>
        `${days.join(',')} ${from}-${to}${latestStart === undefined ? '' : ` latest ${latestStart}`}`,
    )
    .join('; ');
}

/** One line for each drained member; empty without any. */
export function renderDrains(drains: readonly DrainView[]): string {
  return drains
    .map(({ member, reason, since, deadlineAt, isDeadlinePassed, stopRunning, running }) => {
      const until =
        deadlineAt === null ? '' : `, to be free by ${momentOf(deadlineAt)}${isDeadlinePassed ? ' (passed)' : ''}`;
      const rest = stopRunning ? 'what then still runs is stopped' : 'what runs may finish';
      return `${displayName(member)} is drained since ${momentOf(since)}${until}: ${reason} (${running} running, ${rest})`;
    })
    .join('\n');
}

/** Members and DAGs as Exchange writes them, the member before a volume too; sites and storage servers as people wrote them. */
function placeOf({ scope }: LimitView, name: string | null): string | null {
  if (name === null || scope === 'site' || scope === 'storageServer') return name;
  if (scope !== 'volume') return displayName(name);
  const [member = '', ...volume] = name.split(' ');
  return [displayName(member), ...volume].join(' ');
}

function valueOf({ scope, value }: LimitView): string {
  if (value === null) return 'no limit';
  return scope === 'startGap' ? `${value} ms between starts` : String(value);
}

function originOf({ isChanged, changedBy, changedAt, reason }: LimitView): string {
  if (!isChanged) return 'configuration';
  return [`${momentOf(changedAt)}${changedBy ? ` by ${changedBy}` : ''}`, reason ?? ''].filter(Boolean).join(': ');
}
