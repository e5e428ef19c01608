import type { BackupType } from '#contracts';
import { isStorageServerUp } from '../world/operations.js';
import type { WorldStore } from '../world/store.js';
import type { ClientCommand } from './command-line.js';
import type { ClientConfiguration } from './configuration.js';
import { serverUnreachable } from './failure.js';
import { visibleBackups, type FoundBackup } from './find-backup.js';
import { stamp, type Output } from './output.js';
import { dotted, title } from './queries.js';

const TYPE_WORDS: Readonly<Record<BackupType, string>> = {
  full: 'full',
  copy: 'copy',
  incremental: 'incr',
  differential: 'diff',
};
const SIZE_WIDTH = 18;

/** The real columns are not documented (reference 4.4); these follow what is remembered of them. */
export function queryTsm(
  store: WorldStore,
  member: string,
  command: Extract<ClientCommand, { readonly kind: 'queryTsm' }>,
  configuration: ClientConfiguration,
  output: Output,
): void {
  if (!isStorageServerUp(store)) throw serverUnreachable();
  const { databases, type, options } = command;
  if (databases === null) return showConnection(configuration, output);
  const found = visibleBackups(store, member, options.fromServer).filter(
    ({ databaseName, backup, isActive }) =>
      (databases === '*' || databases.includes(databaseName)) &&
      (type === null || backup.type === type) &&
      (isActive || options.inactiveToo),
  );
  const dagNode = configuration.dagNode || (store.setting('dag') ?? '');
  const nodeOf = (each: FoundBackup): string => (each.isUnderDagNode ? dagNode : each.backup.member);
  for (const [node, backups] of grouped(found, nodeOf)) {
    output.lines([`Exchange Server : ${node}`, '']);
    for (const [name, ofDatabase] of grouped(backups, (each) => each.databaseName))
      showDatabase(name, ofDatabase, output);
  }
}

function grouped(
  backups: readonly FoundBackup[],
  keyOf: (backup: FoundBackup) => string,
): ReadonlyMap<string, readonly FoundBackup[]> {
  const groups = new Map<string, FoundBackup[]>();
  for (const each of backups) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

function showDatabase(name: string, backups: readonly FoundBackup[], output: Output): void {
  output.lines([
    `Database : ${name}`,
    '',
    'Backup Date          Size                S  Fmt  Type  Loc  Object Name (Server)',
    '-------------------  ------------------  -  ---  ----  ---  -----------------------',
  ]);
  for (const { backup, isActive } of backups) {
    const size = `${backup.bytes.toLocaleString('en-US')} B`.padEnd(SIZE_WIDTH);
    output.line(
      `${stamp(new Date(backup.startedAt))}  ${size}  ${isActive ? 'A' : 'I'}  VSS  ${TYPE_WORDS[backup.type]}  Srv  ${backup.objectName} (${backup.member})`,
    );
  }
  output.line('');
}

function showConnection(configuration: ClientConfiguration, output: Output): void {
  title(output, 'Storage Protect Server Connection Information');
  output.lines([
    dotted('Nodename', configuration.dagNode),
    dotted('Server Name', 'LAB'),
    dotted('Server Version', 'Version 8, Release 1, Level 0.0'),
    '',
  ]);
}
