import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';
import { placeAfter, within, type GridPlace, type GridSize } from './grid-keys.js';

interface GridOptions {
  readonly grid: RefObject<HTMLElement | null>;
  readonly size: GridSize;
  /** Brings a row into the page, so that it can be gone to. */
  readonly show: (row: number) => void;
  readonly onOpen: (place: GridPlace) => void;
}

interface Grid {
  /** The one cell that Tab leads to; the arrows lead on from it. */
  readonly place: GridPlace;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (event: MouseEvent) => void;
}

/** Moving about in a grid by keys, and opening a cell by Enter, space or a click. Cells say where they are in `data-cell`. */
export function useGrid({ grid, size, show, onOpen }: GridOptions): Grid {
  const [wanted, setWanted] = useState<GridPlace>({ row: 0, column: 0 });
  const isToFocus = useRef(false);
  const place = within(wanted, size);
  useEffect(() => {
    if (!isToFocus.current) return;
    const cell = grid.current?.querySelector<HTMLElement>(`[data-cell="${place.row}:${place.column}"]`);
    if (!cell) return;
    isToFocus.current = false;
    cell.focus();
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = placeOf(event.target);
    if (!from) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onOpen(from);
      return;
    }
    const to = placeAfter(from, event, size);
    if (!to) return;
    event.preventDefault();
    if (to.row >= 0) show(to.row);
    isToFocus.current = true;
    setWanted(to);
  };
  const onClick = useCallback(
    (event: MouseEvent): void => {
      const at = placeOf(event.target);
      if (!at) return;
      setWanted(at);
      onOpen(at);
    },
    [onOpen],
  );
  return { place, onKeyDown, onClick };
}

function placeOf(target: EventTarget): GridPlace | null {
  const text = target instanceof Element ? target.closest<HTMLElement>('[data-cell]')?.dataset['cell'] : undefined;
  const [row, column] = text?.split(':').map(Number) ?? [];
  return row === undefined || column === undefined ? null : { row, column };
}
