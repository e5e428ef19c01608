import { describe, expect, it } from '@jest/globals';
import { readinessOf } from './readiness.js';

const WELL = { name: 'broker', look: () => ({ ok: true, detail: 'connected' }) };

describe('readiness', () => {
  it('is there when everything is, and says of each thing how it is', async () => {
    const database = { name: 'database', look: async () => ({ ok: true, detail: 'it answers' }) };
    expect(await readinessOf([WELL, database])).toEqual({
      ready: true,
      checks: { broker: { ok: true, detail: 'connected' }, database: { ok: true, detail: 'it answers' } },
    });
  });

  it.each([
    ['is not well', () => ({ ok: false, detail: 'full' }), 'full'],
    ['throws', () => Promise.reject(new Error('gone')), 'gone'],
    [
      'throws at once',
      () => {
        throw new Error('gone');
      },
      'gone',
    ],
  ])('is not there when one thing %s', async (_, look, detail) => {
    const { ready, checks } = await readinessOf([WELL, { name: 'other', look }]);
    expect(ready).toBe(false);
    expect(checks).toEqual({ broker: { ok: true, detail: 'connected' }, other: { ok: false, detail } });
  });

  it('is not there when one thing cannot be looked at within the limit', async () => {
    const stuck = { name: 'stuck', look: () => new Promise<never>(() => undefined) };
    const { ready, checks } = await readinessOf([WELL, stuck], 1);
    expect(ready).toBe(false);
    expect(checks['stuck']).toEqual({ ok: false, detail: 'no answer within 1 ms' });
  });
});
