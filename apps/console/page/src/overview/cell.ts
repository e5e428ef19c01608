/** What every cell of the matrix is told of its place. */
export interface CellProps {
  /** `row:column`, for the keys. */
  readonly cell: string;
  /** The keys have come to it: Tab leads here. */
  readonly isPlace: boolean;
}
