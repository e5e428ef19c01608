import { describe, expect, it } from '@jest/globals';
import type { PlanDocument } from '#contracts';
import { canBeCarriedOut, planIn, requestToCarryOut } from './plan-order.js';

const PLAN = {
  format: 'dag-plan/1',
  madeAt: '2026-01-31T22:00:00.000Z',
  request: { backupType: 'full' },
  whatIf: null,
  finishMs: 2,
  boundMs: 1,
  binding: [],
  warnings: [],
  exclusions: [],
  topology: [],
  tasks: [
    { taskId: 'a', member: 'ex01', startMs: 0, endMs: 2 },
    { taskId: 'b', member: null, startMs: null, endMs: null },
  ],
} as unknown as PlanDocument;

describe('a plan', () => {
  it('is carried out as it was shown: what is placed stays where it is', () => {
    expect(requestToCarryOut(PLAN)).toMatchObject({
      backupType: 'full',
      plan: { tasks: [{ taskId: 'a', member: 'ex01', startMs: 0, endMs: 2 }], finishMs: 2 },
    });
  });

  it('for a world that is not cannot be carried out', () => {
    expect(canBeCarriedOut(PLAN)).toBe(true);
    expect(canBeCarriedOut({ ...PLAN, whatIf: { windowMs: 5_000 } })).toBe(true);
    expect(canBeCarriedOut({ ...PLAN, whatIf: { growPercent: 20 } })).toBe(false);
    expect(canBeCarriedOut({ ...PLAN, whatIf: { withoutMembers: ['ex01'] } })).toBe(false);
  });

  it('comes back out of a file, and nothing else does', () => {
    expect(planIn(JSON.stringify(PLAN))).toEqual(PLAN);
    for (const text of ['', 'text', 'null', '[]', '{}', JSON.stringify({ ...PLAN, tasks: null })])
      expect(() => planIn(text)).toThrow(/Choose one that was kept here/);
  });
});
