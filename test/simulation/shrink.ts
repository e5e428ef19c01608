import { simulate, type SimulationOptions, type SimulationResult } from './simulation.js';

/** Simulations that one shrinking may take; each takes a fraction of a second. */
const TRIES_MAX = 300;

/**
 * The shortest history that still shows the same broken invariant: the same seed with faults left out, first in large
 * pieces and then one by one, for as long as that makes a difference.
 */
export async function shrink(options: SimulationOptions, failed: SimulationResult): Promise<SimulationResult> {
  let best = failed;
  let tries = 0;
  let size = Math.max(1, Math.floor(best.faults.length / 2));
  for (;;) {
    const shorter = await withoutSome(size);
    if (shorter) best = shorter;
    else if (size === 1 || tries >= TRIES_MAX) break;
    size = shorter ? Math.min(size, Math.max(1, best.faults.length)) : Math.max(1, Math.floor(size / 2));
    if (best.faults.length === 0) break;
  }
  return simulate({ ...options, faults: best.faults, isTraced: true });

  async function withoutSome(count: number): Promise<SimulationResult | null> {
    for (let start = 0; start < best.faults.length && tries < TRIES_MAX; start += count) {
      tries += 1;
      const faults = best.faults.filter((_, index) => index < start || index >= start + count);
      // One after the other: each try starts from what the one before found.
      const result = await simulate({ ...options, faults, isTraced: false });
      if (result.violation?.invariant === failed.violation?.invariant) return result;
    }
    return null;
  }
}
