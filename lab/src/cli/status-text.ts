import Table from 'cli-table3';
import type { ServiceStatus } from '../supervisor/index.js';
import type { CopyState, DatabaseStatus, WorldStatus } from '../world/index.js';
import { formatBytes } from './quantities.js';

export interface ShownService extends ServiceStatus {
  /** Where it tells of its health and metrics. */
  readonly monitoringUrl: string | null;
}

/** The lab as a person wants to see it. */
export function renderStatus(world: WorldStatus, services: readonly ShownService[]): string {
  const processes =
    services.length === 0
      ? 'The lab is not up.'
      : table(
          ['process', 'state', 'pid', 'health and metrics'],
          services.map(({ name, state, pid, monitoringUrl }) => [name, state, pid ?? '', monitoringUrl ?? '']),
        );
  const members = table(
    [`member of ${world.dag}`, 'client', 'server', 'active', 'backups', 'rate'],
    world.members.map((member) => [
      member.name,
      member.hasClient ? 'yes' : 'no',
      member.stopped ? 'stopped' : 'up',
      member.activeDatabases,
      member.runningBackups,
      `${formatBytes(member.rateBytesPerSecond)}/s`,
    ]),
  );
  const databases = table(
    ['database', 'kind', 'size', 'active on', 'copies', 'last full', ''],
    world.databases.map((database) => [
      database.name,
      database.kind,
      formatBytes(database.sizeBytes),
      database.mounted ? database.activeMember : `${database.activeMember} (dismounted)`,
      database.copies.map(copyText).join(', '),
      database.lastFullAt ?? 'never',
      noteOn(database, world),
    ]),
  );
  return [processes, members, databases].join('\n\n');
}

function copyText({ member, status, replayLagMs, integrity }: CopyState): string {
  const notes = [replayLagMs > 0 ? ' lagged' : '', integrity === 'clean' ? '' : ` ${integrity}`];
  return `${member} ${status}${notes.join('')}`;
}

function noteOn({ name, backupInProgress, allowFileRestore }: DatabaseStatus, { restores }: WorldStatus): string {
  if (restores.some((each) => each.target === name && each.endedAt === null)) return 'restore running';
  if (backupInProgress) return 'backup running';
  return allowFileRestore ? 'files may be overwritten' : '';
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const none = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
  };
  const made = new Table({
    head: [...head],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    chars: {
      ...none,
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '',
    },
  });
  for (const row of rows) made.push([...row]);
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
