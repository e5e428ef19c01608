import { describe, expect, it } from '@jest/globals';
import type { Gantt, GanttBar } from '../model/gantt.js';
import { LABEL_WIDTH, ROW_HEIGHT, WIDTH, isAtEnd, layoutOf } from './gantt-layout.js';

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

  it('leads an arrow out of its bar to the right, between the rows, and into the next from the left', () => {
    const path = /^M(\S+) (\S+) H(\S+) V(\S+) H(\S+) V(\S+) H(\S+)$/.exec(layout.arrow('A', 'C')) ?? [];
    const [x1 = NaN, y1, out, between = NaN, back, y2, x2 = NaN] = path.slice(1).map(Number);
    expect([x1, x2]).toEqual([layout.x(40), layout.x(50)]);
    expect(out).toBeGreaterThan(x1);
    expect(back).toBeLessThan(x2);
    const [a, , c] = CHART.bars.map((each) => layout.barTop(each) + ROW_HEIGHT / 2);
    expect([y1, y2]).toEqual([a, c]);
    for (const each of CHART.bars) {
      const top = layout.barTop(each);
      expect(between <= top || between >= top + ROW_HEIGHT).toBe(true);
    }
  });

  it('leads an arrow straight on to the same row, and to nothing that is not drawn', () => {
    const again = layoutOf({ ...CHART, bars: [bar('A', 'ex01', 0, 40), bar('D', 'ex01', 50, 60)] });
    expect(again.arrow('A', 'D')).toMatch(/^M\S+ \S+ H\S+$/);
    expect(layout.arrow('A', 'gone')).toBe('');
  });

  it('keeps the first and the last time within the chart, and tells no time twice', () => {
    const minute = layoutOf({ ...CHART, toMs: 60_000 }).ticks;
    expect(minute.map(({ anchor }) => anchor)).toEqual(['start', 'middle', 'middle', 'middle', 'middle', 'end']);
    expect(minute.at(-1)).toMatchObject({ atMs: 60_000, x: WIDTH });
    expect(layoutOf({ ...CHART, toMs: 2_500 }).ticks).toHaveLength(3);
    expect(layout.ticks).toHaveLength(2);
  });
});
