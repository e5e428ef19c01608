/** A cell by its place; row -1 is the head, column 0 the names. */
export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that a page key goes on. */
  readonly pageRows: number;
}

const HEAD = -1;

/** Where a key leads from a cell; null: the key is none of the grid's. */
export function placeAfter(
  { row, column }: GridPlace,
  { key, ctrlKey }: { readonly key: string; readonly ctrlKey: boolean },
  { rows, columns, pageRows }: GridSize,
): GridPlace | null {
  const last = { row: rows - 1, column: columns - 1 };
  switch (key) {
    case 'ArrowUp':
      return { row: Math.max(HEAD, row - 1), column };
    case 'ArrowDown':
      return { row: Math.min(last.row, row + 1), column };
    case 'ArrowLeft':
      return { row, column: Math.max(0, column - 1) };
    case 'ArrowRight':
      return { row, column: Math.min(last.column, column + 1) };
    case 'PageUp':
      return { row: Math.max(HEAD, row - pageRows), column };
    case 'PageDown':
      return { row: Math.min(last.row, row + pageRows), column };
    case 'Home':
      return ctrlKey ? { row: HEAD, column: 0 } : { row, column: 0 };
    case 'End':
      return ctrlKey ? last : { row, column: last.column };
    default:
      return null;
  }
}

/** The same place in a grid that has shrunk. */
export function within({ row, column }: GridPlace, { rows, columns }: Omit<GridSize, 'pageRows'>): GridPlace {
  return { row: Math.min(row, rows - 1), column: Math.min(column, columns - 1) };
}
