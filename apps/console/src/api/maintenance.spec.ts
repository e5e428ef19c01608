import { describe, expect, it } from '@jest/globals';
import { ConsoleUnderTest } from '../testing/console-under-test.js';

const ANSWER = { requestId: 'r1', accepted: true, at: '2026-01-31T22:00:00.000Z', notes: [] };
const REFUSAL = { ...ANSWER, accepted: false, notes: ['there is no member ex09', 'and no reason'] };

describe('maintenance over HTTP', () => {
  it('drains a member in the name of who asks', async () => {
    const console = await ConsoleUnderTest.start({ drainMember: ANSWER });
    try {
      const headers = { authorization: `Bearer ${console.token('operator')}`, 'idempotency-key': 'r1' };
      const drained = await console.fetch('POST', '/api/members/ex01/drain', { headers, body: { reason: 'disks' } });
      expect([drained.status, await drained.json()]).toEqual([200, ANSWER]);
      expect(console.asked).toContainEqual([
        'drainMember',
        { member: 'ex01', reason: 'disks', requestId: 'r1', requestedBy: 'a operator' },
      ]);
      expect(console.audited).toMatchObject([{ action: 'member.drain', result: 'done' }]);
    } finally {
      await console.stop();
    }
  });

  it('says what is wrong with what is asked, and what the conductor says against it', async () => {
    const console = await ConsoleUnderTest.start({
      drainMember: REFUSAL,
      resumeMember: REFUSAL,
      changeLimits: REFUSAL,
    });
    const headers = { authorization: `Bearer ${console.token('administrator')}`, 'idempotency-key': 'r1' };
    const ask = async (path: string, body: unknown): Promise<readonly unknown[]> => {
      const response = await console.fetch('POST', path, { headers, body });
      const { type, violations } = (await response.json()) as { type: string; violations?: readonly string[] };
      return [response.status, type, violations];
    };
    try {
      expect(await ask('/api/members/ex09/drain', { reason: 'x' })).toEqual([
        409,
        'maintenance.refused',
        REFUSAL.notes,
      ]);
      expect(await ask('/api/members/ex09/resume', {})).toEqual([409, 'maintenance.refused', REFUSAL.notes]);
      expect(await ask('/api/limits', { changes: [{ scope: 'member', value: 1 }] })).toEqual([
        409,
        'maintenance.refused',
        REFUSAL.notes,
      ]);
      expect((await ask('/api/members/ex09/drain', {})).slice(0, 2)).toEqual([400, 'request.invalid']);
      const wrong = await ask('/api/limits', { changes: [{ scope: 'moon', value: -1 }] });
      expect(wrong.slice(0, 2)).toEqual([400, 'request.invalid']);
      const keyless = await console.fetch('POST', '/api/members/ex01/resume', {
        headers: { authorization: headers.authorization },
        body: {},
      });
      expect(keyless.status).toBe(400);
    } finally {
      await console.stop();
    }
  });
});
