import {
  COPIES_MAX,
  displayName,
  type CopyView,
  type DatabaseView,
  type InventorySnapshot,
  type MemberView,
} from '#contracts';
import { formatBytes, problemsOf } from '#client';
import { ageOf, momentOf } from './moments.js';
import { table, type TableOptions } from './table.js';

export function renderDatabases(
  snapshot: InventorySnapshot,
  databases: readonly DatabaseView[],
  options: TableOptions,
): string {
  if (databases.length === 0) return 'No database to show.';
  const rows = databases.map((database) => {
    const problems = problemsOf(database, snapshot.members);
    return [
      database.name,
      database.kind,
      database.dag === null ? '-' : displayName(database.dag),
      database.activeMember === null ? '?' : displayName(database.activeMember),
      database.sizeBytes === null ? '?' : formatBytes(database.sizeBytes),
      momentOf(database.lastFullBackupAt),
      [copiesOf(database), ...problems.map((problem) => options.colours.yellow(problem))].join('; '),
    ];
  });
  return table(['database', 'kind', 'dag', 'active', 'size', 'last full', 'copies and problems'], rows, options);
}

function order(copy: CopyView): number {
  return copy.role === 'active' ? 0 : (copy.activationPreference ?? COPIES_MAX);
}

/** The active copy first, then by preference; a lagged copy says so. */
function copiesOf(database: DatabaseView): string {
  return database.copies
    .toSorted((a, b) => order(a) - order(b) || (a.member < b.member ? -1 : 1))
    .map(
      (copy) =>
        `${displayName(copy.member)}${copy.role === 'active' ? '*' : ''}${(copy.replayLagMs ?? 0) > 0 ? ' (lagged)' : ''}`,
    )
    .join(', ');
}

export function renderMembers(snapshot: InventorySnapshot, options: TableOptions): string {
  if (snapshot.members.length === 0) return 'The inventory knows no member yet: no agent has reported.';
  const rows = snapshot.members.map((member) => [
    member.name,
    member.dag === null ? '-' : displayName(member.dag),
    clientOf(member),
    agentOf(member, options),
    ageOf(member.agent.reportAgeMs),
    String(snapshot.databases.filter(({ activeMember }) => activeMember === member.id).length),
    String(snapshot.databases.filter(({ copies }) => copies.some((copy) => copy.member === member.id)).length),
    member.warnings.join('; '),
  ]);
  return table(['member', 'dag', 'client', 'agent', 'report', 'active', 'copies', 'warnings'], rows, options);
}

function clientOf(member: MemberView): string {
  if (member.client.installed === null) return 'not known';
  return member.client.installed ? (member.client.version ?? 'installed') : 'none';
}

function agentOf(member: MemberView, { colours }: TableOptions): string {
  switch (member.agent.state) {
    case 'alive':
      return colours.green('alive');
    case 'silent':
      return colours.red('silent');
    case 'never':
      return colours.yellow('none');
    default: {
      const unknown: never = member.agent.state;
      throw new Error(`unknown agent state ${String(unknown)}`);
    }
  }
}
