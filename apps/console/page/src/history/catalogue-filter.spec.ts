import { describe, expect, it } from '@jest/globals';
import { cataloguePath, type CatalogueFilter } from './catalogue-filter.js';

const NONE: CatalogueFilter = { database: null, member: null, since: '', until: '', at: '' };

describe('the address of a list of backups', () => {
  it('names only what is chosen', () => {
    expect(cataloguePath(NONE, false)).toBe('/catalogue');
    expect(cataloguePath(NONE, true)).toBe('/catalogue?maxAgeMs=0');
    expect(cataloguePath({ ...NONE, database: 'MBX 1&2', member: 'ex01' }, false)).toBe(
      '/catalogue?database=MBX+1%262&member=ex01',
    );
  });

  it('turns the local times of the fields into UTC', () => {
    const at = '2026-01-31T22:00';
    const path = cataloguePath({ ...NONE, since: at, until: at, at }, false);
    const query = new URLSearchParams(path.split('?')[1]);
    const utc = new Date(2026, 0, 31, 22).toISOString();
    expect(['since', 'until', 'at'].map((name) => query.get(name))).toEqual([utc, utc, utc]);
  });
});
