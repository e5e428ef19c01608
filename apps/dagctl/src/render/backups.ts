import { displayName, type BackupList, type BackupView } from '#contracts';
import { formatBytes } from '#client';
import { ageOf, momentOf } from './moments.js';
import { table, type TableOptions } from './table.js';

export function renderBackups({ backups, sources, total }: BackupList, options: TableOptions): string {
  const rows = backups.map((backup) => [
    backup.id,
    backup.backupType,
    momentOf(backup.startedAt),
    backup.sizeBytes === null ? '?' : formatBytes(Number(backup.sizeBytes)),
    backup.sourceMember === null ? '?' : displayName(backup.sourceMember),
    stateOf(backup),
    backup.runId === null ? '' : backup.runId.slice(0, 8),
    chainOf(backup),
  ]);
  const shown =
    rows.length === 0
      ? 'No backup is known that fits.'
      : table(['id', 'type', 'taken', 'size', 'made by', 'state', 'run', 'builds on'], rows, options);
  const partial = backups.length < total ? [`${backups.length} of ${total} are shown.`] : [];
  const troubled = sources
    .filter(({ problem }) => problem !== null)
    .map(({ member, problem, listingAgeMs }) =>
      options.colours.yellow(`${displayName(member)}: ${problem ?? ''} (its last list: ${ageOf(listingAgeMs)})`),
    );
  return [shown, ...partial, ...troubled].join('\n');
}

function stateOf({ active, location, origin }: BackupView): string {
  if (origin === 'run') return 'not listed yet';
  const state = active === null ? 'active ?' : active ? 'active' : 'inactive';
  return location === 'local' ? `${state}, local` : state;
}

function chainOf({ backupType, fullId }: BackupView): string {
  if (backupType === 'full' || backupType === 'copy') return '';
  return fullId ?? 'nothing: its full is gone';
}
