import { describe, expect, it } from '@jest/globals';
import { Map as IMap } from 'immutable';
import { EMPTY_STATE } from './conductor.state.js';
import { LeaseBook } from './lease-book.js';

const SETTINGS = { leaseMs: 20_000, leaseMarginMs: 2_000, dispatchTimeoutMs: 10_000, silentAfterMs: 8_000 };

describe('the lease book', () => {
  it('withdraws an attempt that was never granted after the dispatch time-out', () => {
    const book = new LeaseBook(SETTINGS, 0);
    book.open('a', 'ex01', 1_000);
    expect(book.due(10_999).notGranted).toEqual([]);
    expect(book.due(11_000).notGranted).toEqual(['a']);
  });

  it('lets a granted attempt expire only after lease and margin, counted from the last grant', () => {
    const book = new LeaseBook(SETTINGS, 0);
    book.open('a', 'ex01', 0);
    book.renew('a', '5', 1_000);
    book.renew('a', '9', 5_000);
    expect(book.bytesDone('a')).toBe('9');
    expect(book.due(26_999)).toEqual({ notGranted: [], expiredByMember: new Map() });
    expect(book.due(27_000).expiredByMember.get('ex01')).toEqual(['a']);
    book.close('a');
    expect(book.due(99_000).expiredByMember.size).toBe(0);
  });

  it('takes every live attempt as just granted after a restart', () => {
    const book = new LeaseBook(SETTINGS, 100_000);
    const ref = { runId: 'r', taskId: 't', attemptId: 'a', member: 'ex01', databaseGuid: 'g' };
    book.adopt({ ...EMPTY_STATE, liveByAttempt: IMap({ a: ref }) }, 100_000);
    expect(book.due(121_999)).toEqual({ notGranted: [], expiredByMember: new Map() });
    expect(book.due(122_000).expiredByMember.get('ex01')).toEqual(['a']);
  });

  it('believes the inventory about a member only until it has listened long enough itself', () => {
    const book = new LeaseBook(SETTINGS, 0);
    expect(book.isAlive('ex01', 7_999, true)).toBe(true);
    expect(book.isAlive('ex01', 8_000, true)).toBe(false);
    expect(book.isAlive('ex02', 10, false)).toBe(false);
  });

  it('tells a return from a further sign of life', () => {
    const book = new LeaseBook(SETTINGS, 0);
    expect(book.hear('ex01', 1_000)).toBe(true);
    expect(book.hear('ex01', 2_000)).toBe(false);
    expect(book.isAlive('ex01', 9_999, false)).toBe(true);
    expect(book.isAlive('ex01', 10_000, true)).toBe(false);
    expect(book.hear('ex01', 10_000)).toBe(true);
  });
});
