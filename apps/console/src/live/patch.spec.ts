import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InventorySnapshot } from '#contracts';
import { EMPTY_SNAPSHOT } from '../testing/console-under-test.js';
import { pictureOf } from './overview.js';
import { losesField, patchOf, patched, type ListPatch, type View } from './patch.js';

const copy = { member: 'ex01', role: 'active', status: 'Mounted', observedBy: 'ex01', ageMs: 1_000 };
const database = (name: string, more: object = {}) => ({ guid: `guid-${name}`, name, copies: [{ ...copy, ...more }] });
const NOW = '2026-01-31T22:00:00.000Z';
const picture = (databases: readonly object[], takenAt = NOW): View =>
  pictureOf({ ...EMPTY_SNAPSHOT, takenAt, databases } as unknown as InventorySnapshot) as unknown as View;
const databasesOf = (patch: View | null): ListPatch => patch?.['databases'] as ListPatch;

describe('between two overviews', () => {
  const sameness = { sameMomentMs: 1_500 };

  it('nothing changed when only time went by', () => {
    const before = picture([database('A')]);
    const after = picture([database('A', { ageMs: 6_000 })], '2026-01-31T22:00:05.000Z');
    expect(patchOf(before, after, sameness)).toBeNull();
  });

  it('what differs, what is new and what is gone is named, and no more', () => {
    const before = picture([database('A'), database('B'), database('C')]);
    const after = picture([database('A'), database('B', { status: 'Failed' }), database('D')]);
    const patch = patchOf(before, after, sameness);
    expect(Object.keys(patch ?? {})).toEqual(['databases']);
    expect(databasesOf(patch)).toMatchObject({
      gone: ['guid-C'],
      changed: [
        { guid: 'guid-B', copies: { changed: [{ member: 'ex01', status: 'Failed' }], gone: [] } },
        { guid: 'guid-D', name: 'D' },
      ],
    });
    expect(databasesOf(patch).changed[0]).not.toHaveProperty('name');
  });

  it('a newer report of a copy costs its moment alone', () => {
    const before = picture([database('A')]);
    const after = picture([database('A', { ageMs: 0 })], '2026-01-31T22:00:30.000Z');
    const copies = { changed: [{ member: 'ex01', observedAt: '2026-01-31T22:00:30.000Z' }], gone: [] };
    expect(databasesOf(patchOf(before, after, sameness)).changed).toEqual([{ guid: 'guid-A', copies }]);
  });
});

describe('between two views of a run', () => {
  it('the place in a queue travels without the task, and history is only added', () => {
    const task = (taskId: string, ahead: number) => ({ taskId, name: `MBX${taskId}`, blocked: { ahead } });
    const entry = (sequence: number) => ({ sequence, text: `entry ${sequence}` });
    const before = { status: 'running', tasks: [task('1', 0), task('2', 1)], log: [entry(1)] };
    const after = { status: 'running', tasks: [task('1', 0), task('2', 0)], log: [...before.log, entry(2)] };
    expect(patchOf(before, after)).toEqual({
      tasks: { changed: [{ taskId: '2', blocked: { ahead: 0 } }], gone: [] },
      log: { changed: [entry(2)], gone: [] },
    });
  });

  it('of a restore only the step that changed travels', () => {
    const step = (number: number, outcome: string | null) => ({ number, text: `step ${number}`, outcome });
    const restore = (outcome: string | null) => ({
      tasks: [{ taskId: '1', steps: [step(1, 'done'), step(2, outcome)] }],
    });
    expect(patchOf({ restore: restore(null) }, { restore: restore('done') })).toEqual({
      restore: {
        changed: {
          tasks: {
            changed: [{ taskId: '1', steps: { changed: [{ number: 2, outcome: 'done' }], gone: [] } }],
            gone: [],
          },
        },
      },
    });
  });

  it('moments are compared exactly', () => {
    const before = { endedAt: '2026-01-31T22:00:00.000Z' };
    const after = { endedAt: '2026-01-31T22:00:00.400Z' };
    expect(patchOf(before, after)).toEqual(after);
  });
});

/** Views with lists in lists, fields that come and go in their items, and lists without ids. */
const attempts = fc.uniqueArray(
  fc.record({ number: fc.integer({ min: 1, max: 3 }), outcome: fc.constantFrom(null, 'failed') }),
  { selector: ({ number }) => number },
);
const tasks = fc.uniqueArray(
  fc.record(
    {
      taskId: fc.constantFrom('a', 'b', 'c', 'd'),
      status: fc.constantFrom('pending', 'running', null),
      failure: fc.record({ type: fc.constantFrom('x', 'y') }),
      attempts,
    },
    { requiredKeys: ['taskId', 'status', 'attempts'] },
  ),
  { selector: ({ taskId }) => taskId },
);
const view = fc.record({
  status: fc.constantFrom('running', 'completed'),
  warnings: fc.array(fc.constantFrom('w1', 'w2'), { maxLength: 2 }),
  members: fc.constantFrom<readonly string[]>([], ['ex01'], ['ex01', 'ex02']),
  tasks,
  restore: fc.option(fc.record({ tasks, note: fc.constant('n') }, { requiredKeys: ['tasks'] })),
});

/** The order of lists with ids says nothing. */
function ordered(seen: View): unknown {
  const of = (list: unknown, id: string): readonly View[] =>
    (list as readonly View[]).toSorted((a, b) => String(a[id]).localeCompare(String(b[id])));
  const inOrder = (list: unknown): readonly View[] =>
    of(list, 'taskId').map((task) => ({ ...task, attempts: of(task['attempts'], 'number') }));
  const restore = seen['restore'] as View | null;
  return {
    ...seen,
    tasks: inOrder(seen['tasks']),
    restore: restore && { ...restore, tasks: inOrder(restore['tasks']) },
  };
}

describe('a patch', () => {
  it('makes of the one view the other, also after it travelled', () => {
    fc.assert(
      fc.property(view, view, (before, after) => {
        const patch = patchOf(before, after);
        const shown = patch === null ? before : patched(before, JSON.parse(JSON.stringify(patch)) as View);
        expect(ordered(shown)).toEqual(ordered(after));
      }),
    );
  });

  it('leaves what did not change the same object, so that it is not drawn again', () => {
    const before = picture([database('A'), database('B')]);
    const patch = patchOf(before, picture([database('A'), database('B', { status: 'Failed' })])) ?? {};
    const shown = patched(before, patch);
    const at = (seen: View, index: number): unknown => (seen['databases'] as readonly unknown[])[index];
    expect(at(shown, 0)).toBe(at(before, 0));
    expect(at(shown, 1)).not.toBe(at(before, 1));
    expect(shown['dags']).toBe(before['dags']);
  });

  it('cannot take a field of the whole view away, and that can be seen before', () => {
    expect(losesField({ a: 1, b: 2 }, { a: 1 })).toBe(true);
    expect(losesField({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  });
});
