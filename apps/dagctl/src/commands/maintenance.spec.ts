import { describe, expect, it } from '@jest/globals';
import { dagctl } from '../../test-support/dagctl.js';

describe('limits and drains', () => {
  const NOTHING = { limits: [], inUse: [], drains: [] };
  const answer = (accepted: boolean, notes: readonly string[] = []) => ({
    'dag.maintenance.get.v1': [
      { ...NOTHING, answer: null },
      { ...NOTHING, answer: { requestId: 'r', accepted, at: '2026-01-31T22:00:00Z', notes } },
    ],
  });

  it('are asked for, and the answer is waited for', async () => {
    const { exitCode, sent, out } = await dagctl('limits set site:Site-A=4 startGap=30s global=configured', {
      answers: answer(true),
    });
    expect(exitCode).toBe(0);
    expect(sent[0]).toMatchObject({
      type: 'dag.limits.change.requested.v1',
      data: {
        changes: [
          { scope: 'site', name: 'Site-A', value: 4 },
          { scope: 'startGap', value: 30_000 },
          { scope: 'global', value: null },
        ],
      },
    });
    expect(out).toContain('changed');
  });

  it('that are refused end with 2, every violation named', async () => {
    const refused = await dagctl('limits set site:Nowhere=4', { answers: answer(false, ['changes[0].name: no site']) });
    expect([refused.exitCode, refused.out]).toEqual([2, expect.stringContaining('changes[0].name: no site')]);
    const wrong = await dagctl('limits set rack=4 member=0 site');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err).toMatch(/rack=4[^]*member=0[^]*"site"/);
    expect(wrong.sent).toEqual([]);
  });

  it('of a member carry reason and deadline', async () => {
    const { sent } = await dagctl('member drain EX03 --reason patches --deadline 2h --stop-running', {
      answers: answer(true),
    });
    expect(sent[0]).toMatchObject({
      type: 'dag.member.drain.requested.v1',
      data: { member: 'ex03', reason: 'patches', deadlineMs: 7_200_000, stopRunning: true },
    });
    expect((await dagctl('member drain EX03')).exitCode).toBe(2);
    expect((await dagctl('member drain EX03 --reason x --deadline soon')).err).toContain('--deadline');
  });
});
