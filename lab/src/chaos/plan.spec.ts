import { describe, expect, it } from '@jest/globals';
import { DOWN_MAX_MS, DOWN_MIN_MS, GAP_MAX_MS, GAP_MIN_MS, planKills } from './plan.js';

const TARGETS = ['conductor', 'inventory', 'broker', 'agent:ex01', 'agent:ex02'];

describe('a plan of kills', () => {
  it('follows from its seed', () => {
    const options = { kills: 12, seed: 7, targets: TARGETS };
    expect(planKills(options)).toEqual(planKills(options));
    expect(planKills(options)).not.toEqual(planKills({ ...options, seed: 8 }));
  });

  it('gives every target its turn before any has a second one', () => {
    const plan = planKills({ kills: 10, seed: 3, targets: TARGETS });
    expect(
      plan
        .slice(0, 5)
        .map(({ target }) => target)
        .toSorted(),
    ).toEqual(TARGETS.toSorted());
    expect(
      plan
        .slice(5)
        .map(({ target }) => target)
        .toSorted(),
    ).toEqual(TARGETS.toSorted());
  });

  it('keeps to its bounds', () => {
    const plan = planKills({ kills: 500, seed: 1, targets: TARGETS });
    expect(plan).toHaveLength(500);
    for (const { afterMs, downMs } of plan) {
      expect(afterMs).toBeGreaterThanOrEqual(GAP_MIN_MS);
      expect(afterMs).toBeLessThanOrEqual(GAP_MAX_MS);
      expect(downMs).toBeGreaterThanOrEqual(DOWN_MIN_MS);
      expect(downMs).toBeLessThanOrEqual(DOWN_MAX_MS);
    }
  });

  it('is refused where there is nothing to kill', () => {
    expect(() => planKills({ kills: 1, seed: 1, targets: [] })).toThrow('nothing to kill');
  });
});
