import Table from 'cli-table3';
import type { Colours } from '#client';

const GAP = 2;
/** The last column holds sentences; it wraps between words, but never into a ribbon. */
const LAST_MIN_WIDTH = 24;

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

export interface TableOptions {
  readonly columns: number;
  readonly colours: Colours;
}

/** A borderless table; the last column wraps at the width of the terminal. */
export function table(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, colours }: TableOptions,
): string {
  const widths = headers.map(
    (header, index) => Math.max(...[header, ...rows.map((row) => row[index] ?? '')].map(visibleWidth)) + GAP,
  );
  const last = widths.length - 1;
  const before = widths.slice(0, last).reduce((total, width) => total + width, 0);
  // A word that does not fit would be cut, and nobody can type half a path.
  const longestWord = Math.max(...rows.flatMap((row) => (row[last] ?? '').split(/\s+/)).map(visibleWidth)) + GAP;
  widths[last] = Math.min(widths[last] ?? 0, Math.max(LAST_MIN_WIDTH, longestWord, columns - before));
  const grid = new Table({
    chars: NO_BORDERS,
    head: headers.map((header) => colours.dim(header.toUpperCase())),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP },
    colWidths: widths,
    wordWrap: true,
  });
  grid.push(...rows.map((row) => [...row]));
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

export function visibleWidth(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.replaceAll(ESCAPES, '').length));
}
