import { describe, expect, it } from '@jest/globals';
import { lowerBound } from '../../apps/conductor/src/planning/assignment/index.js';
import { boundByHighs } from '../../scripts/bench/planning/highs.js';
import { instanceOf, problemOf, type Shape } from '../../scripts/bench/planning/instances.js';

const INSTANCES = 10;
/** How far below the optimum of the linear programme the planner's own bound may stay. */
const SHORTFALL_MAX_SHARE = 0.01;
const SHORTFALL_USUAL_SHARE = 0.0005;

const SHAPES: readonly Shape[] = [
  { members: 4, databases: 20, copies: 3 },
  { members: 8, databases: 60, copies: 4 },
  { members: 16, databases: 100, copies: 3 },
];

describe("the planner's own bound", () => {
  it.each(SHAPES)('agrees with the linear programme: $members members, $databases databases', async (shape) => {
    const shares: number[] = [];
    for (const series of ['speeds', 'equal'] as const) {
      for (let seed = 1; seed <= INSTANCES; seed += 1) {
        const problem = problemOf(instanceOf(shape, series, seed));
        shares.push(lowerBound(problem).boundMs / (await boundByHighs(problem)));
      }
    }
    expect(Math.max(...shares)).toBeLessThanOrEqual(1 + 1e-6);
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(1 - SHORTFALL_MAX_SHARE);
    const usual = shares.filter((share) => share >= 1 - SHORTFALL_USUAL_SHARE);
    expect(usual.length).toBeGreaterThanOrEqual(shares.length * 0.9);
  });
});
