import type { MatrixRow } from '../model/matrix.js';
import { bytes } from '../model/bytes.js';
import { localAndUtc, relative } from '../model/times.js';
import type { CellProps } from './cell.js';

const KINDS = { dag: '', standalone: 'stand-alone', publicFolder: 'public folder', recovery: 'recovery' } as const;

/** A database's name, its size, and how old its last backup is. */
export function DatabaseName({
  row,
  nowMs,
  cell,
  isPlace,
}: CellProps & { readonly row: MatrixRow; readonly nowMs: number }) {
  const { database, problems } = row;
  const last = [database.lastFullBackupAt, database.lastIncrementalBackupAt, database.lastDifferentialBackupAt]
    .filter((at) => at !== null)
    .toSorted()
    .at(-1);
  const backup = last === undefined ? 'never backed up' : `backed up ${relative(last, nowMs)}`;
  return (
    <div
      className="matrix-name"
      role="rowheader"
      data-cell={cell}
      tabIndex={isPlace ? 0 : -1}
      title={[database.name, ...problems, last === undefined ? backup : `last backup ${localAndUtc(last)}`].join('\n')}
    >
      <strong className={problems.length > 0 ? 'ill' : ''}>{database.name}</strong>{' '}
      {problems.length > 0 && (
        <span className="ill">({problems.length === 1 ? 'a problem' : `${problems.length} problems`})</span>
      )}
      <div className="muted">
        {[backup, database.sizeBytes === null ? '' : bytes(database.sizeBytes), KINDS[database.kind]]
          .filter((text) => text !== '')
          .join(', ')}
      </div>
    </div>
  );
}
