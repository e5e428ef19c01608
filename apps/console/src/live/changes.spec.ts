import { describe, expect, it } from '@jest/globals';
import type { InventorySnapshot, TaskView } from '#contracts';
import { EMPTY_SNAPSHOT, runView } from '../testing/console-under-test.js';
import { changeBetween, overviewOf } from './overview-change.js';
import { runChange } from './run-change.js';

const copy = { member: 'ex01', role: 'active', status: 'Mounted', observedBy: 'ex01', ageMs: 1_000 };
const database = (name: string, more: object = {}) => ({ guid: `guid-${name}`, name, copies: [{ ...copy, ...more }] });
const snapshot = (databases: readonly object[], takenAt = '2026-01-31T22:00:00.000Z') =>
  ({ ...EMPTY_SNAPSHOT, takenAt, databases }) as unknown as InventorySnapshot;

describe('between two overviews', () => {
  it('nothing changed when only time went by', () => {
    const before = overviewOf(snapshot([database('A')]));
    const after = overviewOf(snapshot([database('A', { ageMs: 6_000 })], '2026-01-31T22:00:05.000Z'));
    expect(changeBetween(before, after)).toBeNull();
  });

  it('what differs, what is new and what is gone is named', () => {
    const before = overviewOf(snapshot([database('A'), database('B'), database('C')]));
    const after = overviewOf(snapshot([database('A'), database('B', { status: 'Failed' }), database('D')]));
    const change = changeBetween(before, after);
    expect(change?.databases.map(({ name }) => name)).toEqual(['B', 'D']);
    expect(change?.goneDatabases).toEqual(['guid-C']);
    expect(change).not.toHaveProperty('dags');
  });

  it('a newer report is a change', () => {
    const before = overviewOf(snapshot([database('A')]));
    const after = overviewOf(snapshot([database('A', { ageMs: 0 })], '2026-01-31T22:00:30.000Z'));
    expect(changeBetween(before, after)?.databases[0]?.copies[0]?.observedAt).toBe('2026-01-31T22:00:30.000Z');
  });
});

describe('between two views of a run', () => {
  const task = (taskId: string, status: string) => ({ taskId, status }) as unknown as TaskView;
  it('only the tasks that changed and the added history travel', () => {
    const entry = (sequence: number) => ({ sequence, at: '', event: 'E', text: '' });
    const before = runView({ tasks: [task('1', 'pending'), task('2', 'pending')], log: [entry(1)] });
    const after = runView({ tasks: [task('1', 'running'), task('2', 'pending')], log: [entry(2)] });
    expect(runChange(before, after)).toMatchObject({ tasks: [{ taskId: '1' }], log: [{ sequence: 2 }] });
    expect(runChange(before, { ...before, log: [] })).toBeNull();
    expect(runChange(before, { ...before, log: [], status: 'completed' })).toMatchObject({
      status: 'completed',
      tasks: [],
    });
  });
});
