import { Title } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { memo, useCallback, useMemo, useRef, type CSSProperties } from 'react';
import type { MaintenanceView } from '#contracts';
import type { MatrixGroup, MatrixRow } from '../model/matrix.js';
import { useNow } from '../shell/moment.js';
import { CopyCell } from './copy-cell.js';
import { DatabaseName } from './database-name.js';
import type { GridPlace } from './grid-keys.js';
import { MemberHead } from './member-head.js';
import { useGrid } from './use-grid.js';

const ROW_HEIGHT = 46;
const CELL_WIDTH = 150;
/** Rows kept ready beyond the visible ones, so that fast scrolling shows no gaps. */
const OVERSCAN = 4;
const PAGE_ROWS = 10;
/** Rows tell ages in minutes and more; drawn this often they are right. */
const ROWS_ANEW_MS = 10_000;
/** How much of the matrix is drawn at first, before its size is known. */
const FIRST_RECT = { width: 1_000, height: 500 } as const;

/** What a person wants to know more about. */
export type Chosen =
  | { readonly kind: 'member'; readonly id: string }
  | { readonly kind: 'database'; readonly guid: string };

interface MatrixProps {
  readonly group: MatrixGroup;
  readonly maintenance: MaintenanceView | null;
  readonly onChoose: (chosen: Chosen) => void;
}

/** One group's databases by members; only the rows in sight are in the page. */
export function Matrix({ group, maintenance, onChoose }: MatrixProps) {
  const nowMs = useNow();
  const rowsNowMs = Math.ceil(nowMs / ROWS_ANEW_MS) * ROWS_ANEW_MS;
  const scroller = useRef<HTMLDivElement>(null);
  const wantedRow = useRef(0);
  const rows = useVirtualizer({
    count: group.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: FIRST_RECT,
    // The row that the keys have come to stays in the page, or they would lose their place.
    rangeExtractor: (range: Range) => withRow(defaultRangeExtractor(range), wantedRow.current, range.count),
  });
  const onOpen = useCallback(
    ({ row, column }: GridPlace) => {
      const member = group.members[column - 1];
      const database = group.rows[row]?.database;
      if (database) onChoose({ kind: 'database', guid: database.guid });
      else if (member) onChoose({ kind: 'member', id: member.id });
    },
    [group, onChoose],
  );
  const show = (row: number): void => {
    wantedRow.current = row;
    rows.scrollToIndex(row);
  };
  const size = { rows: group.rows.length, columns: group.members.length + 1, pageRows: PAGE_ROWS };
  const { place, onKeyDown, onClick } = useGrid({ grid: scroller, size, show, onOpen });
  const columns = useMemo(
    () => ({
      gridTemplateColumns: `var(--matrix-name-width) repeat(${group.members.length}, minmax(${CELL_WIDTH}px, 1fr))`,
    }),
    [group.members.length],
  );
  const activeCopies = useMemo(() => activeCopiesOf(group), [group]);
  const isAt = (row: number, column: number): boolean => place.row === row && place.column === column;
  return (
    <section aria-label={group.title}>
      <Title order={2} size="h5" mb={4}>
        {group.title}{' '}
        <span className="muted">
          {counted(group.rows.length, 'database')}, {counted(group.members.length, 'member')}
        </span>
      </Title>
      <div
        className="matrix"
        ref={scroller}
        role="grid"
        aria-rowcount={group.rows.length + 1}
        aria-colcount={group.members.length + 1}
        aria-label={`Copies of ${group.title}`}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className="matrix-row matrix-head" style={columns} role="row">
          <div className="matrix-name" role="columnheader" data-cell="-1:0" tabIndex={isAt(-1, 0) ? 0 : -1}>
            Database
          </div>
          {group.members.map((member, index) => (
            <MemberHead
              key={member.id}
              member={member}
              maintenance={maintenance}
              activeCopies={activeCopies[index] ?? 0}
              nowMs={nowMs}
              cell={`-1:${index + 1}`}
              isPlace={isAt(-1, index + 1)}
            />
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((item) => {
            const row = group.rows[item.index];
            return (
              row && (
                <Row
                  key={row.database.guid}
                  row={row}
                  index={item.index}
                  top={item.start}
                  columns={columns}
                  nowMs={rowsNowMs}
                  placeColumn={place.row === item.index ? place.column : null}
                />
              )
            );
          })}
        </div>
      </div>
    </section>
  );
}

interface RowProps {
  readonly row: MatrixRow;
  readonly index: number;
  readonly top: number;
  readonly columns: CSSProperties;
  readonly nowMs: number;
  /** Where in this row the keys have come to; null: they are in another. */
  readonly placeColumn: number | null;
}

/** Drawn again only when something of it changed. */
const Row = memo(function Row({ row, index, top, columns, nowMs, placeColumn }: RowProps) {
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="matrix-row"
      data-database={row.database.name}
      style={{ ...columns, position: 'absolute', top, height: ROW_HEIGHT }}
    >
      <DatabaseName row={row} nowMs={nowMs} cell={`${index}:0`} isPlace={placeColumn === 0} />
      {row.cells.map((copy, column) => (
        // Columns are members in a fixed order; a cell is known by its place.
        <CopyCell
          key={copy?.member ?? `none-${column}`}
          copy={copy}
          database={row.database}
          nowMs={nowMs}
          cell={`${index}:${column + 1}`}
          isPlace={placeColumn === column + 1}
        />
      ))}
    </div>
  );
});

function withRow(indexes: readonly number[], row: number, count: number): number[] {
  return row >= count || indexes.includes(row) ? [...indexes] : [...indexes, row].toSorted((a, b) => a - b);
}

/** How many active copies each member has. */
function activeCopiesOf(group: MatrixGroup): readonly number[] {
  return group.members.map(({ id }) => group.rows.filter(({ database }) => database.activeMember === id).length);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
