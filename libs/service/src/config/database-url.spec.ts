import { describe, expect, it } from '@jest/globals';
import { databaseUrl } from './database-url.js';

const URL = 'postgres://dag@db/dag';

describe('the database URL', () => {
  it('comes from the configuration before DATABASE_URL, and is absent where neither names one', () => {
    expect(databaseUrl({ databaseUrl: URL }, { DATABASE_URL: 'postgres://other' })).toBe(URL);
    expect(databaseUrl({}, { DATABASE_URL: URL })).toBe(URL);
    expect(databaseUrl({}, {})).toBeUndefined();
  });

  it('refuses another kind of URL, a file that cannot be read, and two sources', () => {
    expect(() => databaseUrl({}, { DATABASE_URL: 'mysql://db' })).toThrow('must begin with postgres://');
    expect(() => databaseUrl({ databaseUrlFile: '/nowhere/url' }, {})).toThrow('/nowhere/url cannot be read');
    expect(() => databaseUrl({ databaseUrl: URL, databaseUrlFile: 'x' }, {})).toThrow('must not both be given');
  });
});
