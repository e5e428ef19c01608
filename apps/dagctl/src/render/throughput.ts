import { displayName, type ThroughputView } from '#contracts';
import { formatBytes } from '#client';
import { table, type TableOptions } from './table.js';

/** What was learned of each member; nothing while nothing was. */
export function renderThroughput(rates: readonly ThroughputView[] | null, options: TableOptions): string {
  if (rates === null) return 'throughput: the conductor gave no answer';
  if (rates.length === 0) return '';
  const rows = rates.map(({ member, backupType, bytesPerSecond, observations, spreadShare, confidence }) => [
    displayName(member),
    backupType,
    `${formatBytes(String(bytesPerSecond))}/s`,
    `+-${Math.round(spreadShare * 100)} %`,
    String(observations),
    `${Math.round(confidence * 100)} %`,
  ]);
  return table(['member', 'type', 'throughput', 'spread', 'backups', 'confidence'], rows, options);
}
