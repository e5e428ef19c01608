import { describe, expect, it } from '@jest/globals';
import { placeAfter, within } from './grid-keys.js';

const SIZE = { rows: 40, columns: 5, pageRows: 10 };
const press = (key: string, row: number, column: number, ctrlKey = false) =>
  placeAfter({ row, column }, { key, ctrlKey }, SIZE);

describe('the keys of a grid', () => {
  it.each([
    ['ArrowDown', -1, 0, 0, 0],
    ['ArrowDown', 39, 2, 39, 2],
    ['ArrowUp', 0, 3, -1, 3],
    ['ArrowUp', -1, 3, -1, 3],
    ['ArrowLeft', 5, 0, 5, 0],
    ['ArrowRight', 5, 3, 5, 4],
    ['ArrowRight', 5, 4, 5, 4],
    ['PageDown', 35, 1, 39, 1],
    ['PageUp', 5, 1, -1, 1],
    ['Home', 7, 3, 7, 0],
    ['End', 7, 3, 7, 4],
  ])('%s leads from %d, %d to %d, %d', (key, row, column, toRow, toColumn) => {
    expect(press(key, row, column)).toEqual({ row: toRow, column: toColumn });
  });

  it('with Ctrl lead to the corners', () => {
    expect(press('Home', 7, 3, true)).toEqual({ row: -1, column: 0 });
    expect(press('End', 7, 3, true)).toEqual({ row: 39, column: 4 });
  });

  it('are no others: those are the browser’s', () => {
    expect(press('Tab', 0, 0)).toBeNull();
    expect(press('a', 0, 0)).toBeNull();
  });

  it('lead nowhere that is not there any more', () => {
    expect(within({ row: 39, column: 4 }, { rows: 3, columns: 2 })).toEqual({ row: 2, column: 1 });
    expect(within({ row: -1, column: 0 }, { rows: 0, columns: 2 })).toEqual({ row: -1, column: 0 });
  });
});
