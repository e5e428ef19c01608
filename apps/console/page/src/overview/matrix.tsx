import { Title } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { MatrixGroup, MatrixRow } from '../model/matrix.js';
import { useNow } from '../shell/moment.js';
import { CopyCell } from './copy-cell.js';
import { DatabaseName } from './database-name.js';
import { MemberHead } from './member-head.js';

const ROW_HEIGHT = 46;
const NAME_WIDTH = 230;
const CELL_WIDTH = 150;
/** Rows kept ready beyond the visible ones, so that fast scrolling shows no gaps. */
const OVERSCAN = 8;

/** One group's databases by members; only the rows in sight are in the page. */
export function Matrix({ group }: { readonly group: MatrixGroup }) {
  const nowMs = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: group.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
  });
  const columns = useMemo(
    () => ({ gridTemplateColumns: `${NAME_WIDTH}px repeat(${group.members.length}, minmax(${CELL_WIDTH}px, 1fr))` }),
    [group.members.length],
  );
  const load = useMemo(() => loadsOf(group), [group]);
  return (
    <section aria-label={group.title}>
      <Title order={2} size="h5" mb={4}>
        {group.title}{' '}
        <span className="muted">
          {group.rows.length} databases, {group.members.length} members
        </span>
      </Title>
      <div
        className="matrix"
        ref={scroller}
        role="table"
        aria-rowcount={group.rows.length + 1}
        tabIndex={0}
        aria-label={`Copies of ${group.title}`}
      >
        <div className="matrix-row matrix-head" style={columns} role="row">
          <div className="matrix-name" role="columnheader">
            Database
          </div>
          {group.members.map((member, index) => (
            <MemberHead key={member.id} member={member} activeCopies={load[index] ?? 0} nowMs={nowMs} />
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((item) => {
            const row = group.rows[item.index];
            return (
              row && (
                <div
                  key={row.database.guid}
                  role="row"
                  aria-rowindex={item.index + 2}
                  className="matrix-row"
                  style={{ ...columns, position: 'absolute', top: item.start, height: ROW_HEIGHT }}
                >
                  <Cells row={row} nowMs={nowMs} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

function Cells({ row, nowMs }: { readonly row: MatrixRow; readonly nowMs: number }) {
  return (
    <>
      <DatabaseName row={row} nowMs={nowMs} />
      {row.cells.map((copy, index) => (
        // Columns are members in a fixed order; a cell is known by its place.
        <CopyCell key={copy?.member ?? `none-${index}`} copy={copy} database={row.database} nowMs={nowMs} />
      ))}
    </>
  );
}

/** Active copies of each member. */
function loadsOf(group: MatrixGroup): readonly number[] {
  return group.members.map(({ id }) => group.rows.filter(({ database }) => database.activeMember === id).length);
}
