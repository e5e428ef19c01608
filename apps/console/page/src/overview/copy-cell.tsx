import { copyHealth } from '../model/problems.js';
import type { LiveCopy, LiveDatabase } from '../model/overview.js';
import { duration, localAndUtc, relative } from '../model/times.js';
import type { CellProps } from './cell.js';

const OLD_REPORT_MS = 5 * 60 * 1_000;

interface CopyCellProps extends CellProps {
  readonly copy: LiveCopy | null;
  readonly database: LiveDatabase;
  readonly nowMs: number;
}

/** One copy: its role and status, what is special about it, and how old the news of it is where that matters. */
export function CopyCell({ copy, database, nowMs, cell, isPlace }: CopyCellProps) {
  const place = { role: 'gridcell', 'data-cell': cell, tabIndex: isPlace ? 0 : -1 } as const;
  if (copy === null) return <div className="matrix-cell" {...place} aria-label="no copy" />;
  const health = copyHealth(copy);
  const marks = [
    copy.role === 'active' && database.backupInProgress === true ? 'backing up' : '',
    copy.replayLagMs === null ? 'lag unknown' : copy.replayLagMs > 0 ? `lagged ${duration(copy.replayLagMs)}` : '',
    nowMs - Date.parse(copy.observedAt) > OLD_REPORT_MS ? `seen ${relative(copy.observedAt, nowMs)}` : '',
  ].filter((text) => text !== '');
  return (
    <div
      className="matrix-cell"
      {...place}
      data-member={copy.member}
      data-role={copy.role}
      data-status={copy.status}
      title={titleOf(copy)}
    >
      <strong className={health}>{copy.status}</strong>
      <div className="muted">{[copy.role, ...marks].join(', ')}</div>
    </div>
  );
}

function titleOf(copy: LiveCopy): string {
  return [
    `${copy.role} copy on ${copy.member.toUpperCase()}: ${copy.status}`,
    copy.activationPreference === null ? '' : `activation preference ${copy.activationPreference}`,
    copy.copyQueueLength === null ? '' : `copy queue ${copy.copyQueueLength}`,
    copy.replayQueueLength === null ? '' : `replay queue ${copy.replayQueueLength}`,
    copy.suspendComment ? `suspended: ${copy.suspendComment}` : '',
    `seen by ${copy.observedBy.toUpperCase()} at ${localAndUtc(copy.observedAt)}`,
  ]
    .filter((text) => text !== '')
    .join('\n');
}
