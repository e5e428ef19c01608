import { describe, expect, it } from '@jest/globals';
import type { Gantt, GanttBar } from '../model/gantt.js';
import { LABEL_WIDTH, WIDTH, isAtEnd, layoutOf } from './gantt-layout.js';

const bar = (key: string, member: string, fromMs: number, toMs: number, row = 0): GanttBar => ({
  key,
  label: key,
  databaseName: key,
  member,
  row,
  fromMs,
  toMs,
  state: 'done',
  progress: null,
  detail: key,
});

const CHART: Gantt = {
  lanes: [
    { member: 'ex01', rows: 2 },
    { member: 'ex02', rows: 1 },
  ],
  bars: [bar('A', 'ex01', 0, 40), bar('B', 'ex01', 10, 100, 1), bar('C', 'ex02', 50, 100)],
  arrows: [],
  marks: [],
  fromMs: 0,
  toMs: 100,
};

describe('where everything of a chart stands', () => {
  const layout = layoutOf(CHART);

  it('begins beside the names and ends with the chart', () => {
    expect([layout.x(0), layout.x(100)]).toEqual([LABEL_WIDTH, WIDTH]);
    expect(isAtEnd(layout.x(100))).toBe(true);
    expect(isAtEnd(layout.x(50))).toBe(false);
  });

  it('lays no bar over another, and all above the times', () => {
    const tops = CHART.bars.map((each) => layout.barTop(each));
    expect(new Set(tops).size).toBe(3);
    expect(tops).toEqual(tops.toSorted((a, b) => a - b));
    expect(Math.max(...tops)).toBeLessThan(layout.axisTop);
    expect(layout.axisTop).toBeLessThan(layout.height);
  });

  it('leads an arrow out of its bar to the right, and into the next from the left', () => {
    const [, x1, , c1, , c2, , x2] = (
      /M(\S+) (\S+) C(\S+) (\S+), (\S+) (\S+), (\S+) (\S+)/.exec(layout.arrow('A', 'C')) ?? []
    ).map(Number);
    expect([x1, x2]).toEqual([layout.x(40), layout.x(50)]);
    expect(c1).toBeGreaterThan(x1 ?? NaN);
    expect(c2).toBeLessThan(x2 ?? NaN);
    expect(layout.arrow('A', 'gone')).toBe('');
  });

  it('keeps the first and the last time within the chart', () => {
    expect(layout.ticks.map(({ anchor }) => anchor)).toEqual(['start', 'middle', 'middle', 'middle', 'middle', 'end']);
    expect(layout.ticks.at(-1)).toMatchObject({ atMs: 100, x: WIDTH });
  });
});
