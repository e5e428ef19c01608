import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

interface DataTableProps {
  readonly columns: readonly string[];
  /** Narrower than this it is moved sideways within its own frame. */
  readonly minWidthPx: number;
  /** Higher than this it is moved up and down within it, under its head. */
  readonly maxHeightPx?: number;
  /** Its rows. */
  readonly children: ReactNode;
}

/** A table that scrolls by itself, so that the page never does sideways. */
export function DataTable({ columns, minWidthPx, maxHeightPx, children }: DataTableProps) {
  return (
    <Table.ScrollContainer
      minWidth={minWidthPx}
      className="data-table"
      {...(maxHeightPx === undefined ? {} : { maxHeight: maxHeightPx })}
    >
      <Table striped stickyHeader={maxHeightPx !== undefined}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
