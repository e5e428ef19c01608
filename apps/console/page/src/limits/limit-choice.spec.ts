import { describe, expect, it } from '@jest/globals';
import { LIMIT_SCOPES, LimitsChangeRequest } from '#contracts';
import { validated } from '#messaging';
import type { Overview } from '../model/overview.js';
import { changeOf, namesFor } from './limit-choice.js';

const overview = {
  dags: [{ id: 'dag1', name: 'DAG1', members: [] }],
  members: [
    { id: 'ex02', name: 'EX02', site: 'B', storageServer: null },
    { id: 'ex01', name: 'EX01', site: 'A', storageServer: 'SP1' },
    { id: 'ex03', name: 'EX03', site: 'A', storageServer: 'SP1' },
  ],
} as unknown as Overview;

describe('a limit that is chosen', () => {
  it.each(LIMIT_SCOPES)('is a change that the conductor takes: %s', (scope) => {
    for (const value of ['', 2]) {
      const change = changeOf({ scope, name: null, value });
      expect(validated(LimitsChangeRequest, { changes: [change] })).toMatchObject({ ok: true });
    }
  });

  it('is in milliseconds where it is a time, and null where it is as configured', () => {
    expect(changeOf({ scope: 'startGap', name: 'ex01', value: 30 })).toEqual({
      scope: 'startGap',
      name: 'ex01',
      value: 30_000,
    });
    expect(changeOf({ scope: 'site', name: '', value: '' })).toEqual({ scope: 'site', value: null });
  });

  it('is for one of those that there are', () => {
    expect(namesFor('global', overview)).toEqual([]);
    expect(namesFor('dag', overview)).toEqual([{ value: 'dag1', label: 'DAG1' }]);
    expect(namesFor('site', overview)?.map(({ value }) => value)).toEqual(['A', 'B']);
    expect(namesFor('storageServer', overview)?.map(({ value }) => value)).toEqual(['SP1']);
    expect(namesFor('startGap', overview)).toHaveLength(3);
    expect(namesFor('volume', overview)).toBeNull();
  });
});
