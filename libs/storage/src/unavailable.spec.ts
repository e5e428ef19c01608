import { describe, expect, it } from '@jest/globals';
import { isStorageUnavailable } from './unavailable.js';

function coded(code: string): Error {
  return Object.assign(new Error('failed'), { code });
}

describe('an error of the database', () => {
  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    '57P01',
    '57P03',
    '08006',
    '53100',
    '53300',
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
  ])('%s says that it cannot work at present', (code) => {
    expect(isStorageUnavailable(coded(code))).toBe(true);
  });

  it.each(['23505', '22001', '42P01', '40001', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CORRUPT', 'ERR_ASSERTION'])(
    '%s is about the piece of work',
    (code) => {
      expect(isStorageUnavailable(coded(code))).toBe(false);
    },
  );

  it('may be known by the words of pg alone, or be one of several', () => {
    expect(isStorageUnavailable(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isStorageUnavailable(new AggregateError([coded('ECONNREFUSED')]))).toBe(true);
    expect(isStorageUnavailable(new Error('a bug'))).toBe(false);
    expect(isStorageUnavailable('a bug')).toBe(false);
  });
});
