import { describe, expect, it } from '@jest/globals';
import type { AttemptView, RunView, TaskView } from '#contracts';
import { ganttOf } from './gantt.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 22, 0, second)).toISOString();
const ms = (second: number): number => Date.parse(at(second));

const attempt = (
  number: number,
  member: string,
  from: number,
  to: number | null,
  more: Partial<AttemptView> = {},
): AttemptView => ({
  number,
  member,
  role: 'passive',
  reason: 'planned',
  dispatchedAt: at(from),
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
  outcome: to === null ? null : 'succeeded',
  bytes: '0',
  ...more,
});

const run = (tasks: readonly { readonly name: string; readonly attempts: readonly AttemptView[] }[]): RunView =>
  ({
    requestedAt: at(0),
    endedAt: null,
    tasks: tasks.map(
      ({ name, attempts }) => ({ taskId: name, databaseName: name, sizeBytes: '100', attempts }) as unknown as TaskView,
    ),
  }) as unknown as RunView;

describe('the chart of a run', () => {
  it('has a lane for each member, and rows for what overlaps', () => {
    const chart = ganttOf(
      run([
        { name: 'A', attempts: [attempt(1, 'ex02', 0, 10)] },
        { name: 'B', attempts: [attempt(1, 'ex01', 0, 10)] },
        { name: 'C', attempts: [attempt(1, 'ex01', 5, 15)] },
        { name: 'D', attempts: [attempt(1, 'ex01', 10, 20)] },
      ]),
      ms(20),
    );
    expect(chart.lanes).toEqual([
      { member: 'ex01', rows: 2 },
      { member: 'ex02', rows: 1 },
    ]);
    expect(chart.bars.map(({ label, row }) => [label, row])).toEqual([
      ['B', 0],
      ['C', 1],
      ['D', 0],
      ['A', 0],
    ]);
  });

  it('draws where a broken attempt went on', () => {
    const broken = attempt(1, 'ex01', 0, 4, { outcome: 'failed' });
    const chart = ganttOf(
      run([{ name: 'A', attempts: [broken, attempt(2, 'ex02', 5, null, { reason: 'failover', bytes: '50' })] }]),
      ms(8),
    );
    expect(chart.arrows).toEqual([{ from: 'A#1', to: 'A#2', reason: 'failover' }]);
    expect(chart.bars.map(({ state, progress }) => [state, progress])).toEqual([
      ['broken', null],
      ['live', 0.5],
    ]);
    expect(chart.bars[1]?.toMs).toBe(ms(8));
  });

  it('shows a finished run as it was at an earlier moment', () => {
    const tasks = [{ name: 'A', attempts: [attempt(1, 'ex01', 0, 4, { outcome: 'lost' }), attempt(2, 'ex02', 6, 9)] }];
    const early = ganttOf(run(tasks), ms(3));
    expect(early.bars.map(({ key, state, toMs }) => [key, state, toMs])).toEqual([['A#1', 'live', ms(3)]]);
    expect(early.arrows).toEqual([]);
    expect(ganttOf(run(tasks), ms(9)).bars.map(({ state }) => state)).toEqual(['broken', 'done']);
  });

  it('marks now, and what the plan promised', () => {
    const planned = { ...run([]), expectedFinishAt: at(30), bestFinishAt: at(28) };
    const chart = ganttOf(planned, ms(10));
    expect(chart.marks).toEqual([
      { label: 'now', atMs: ms(10), isOfPlan: false },
      { label: 'expected finish', atMs: ms(30), isOfPlan: true },
      { label: 'best possible', atMs: ms(28), isOfPlan: true },
    ]);
    expect(chart.toMs).toBe(ms(30));
    expect(ganttOf({ ...planned, bestFinishAt: at(30) }, ms(10)).marks).toHaveLength(2);
    expect(ganttOf(run([]), ms(10)).marks).toEqual([{ label: 'now', atMs: ms(10), isOfPlan: false }]);
    const over = { ...run([]), endedAt: at(10) };
    expect(ganttOf(over, ms(10)).marks).toMatchObject([{ label: 'end' }]);
    expect(ganttOf(over, ms(9)).marks).toMatchObject([{ label: 'shown' }]);
  });
});
