import type { SimulationOptions, SimulationResult } from './simulation.js';

/** Lines of a history shown; the last ones tell of the violation. */
const LINES_MAX = 80;

/** A failure as a person needs it: what broke, how to see it again, and how it came about. */
export function explain(
  shortest: SimulationResult,
  { databases, members, hasRestores }: Pick<SimulationOptions, 'databases' | 'members' | 'hasRestores'>,
): string {
  const { seed, violation, faults, trace } = shortest;
  if (!violation) return `seed ${seed}: no invariant was broken`;
  const again = `npm run simulate -- --seed ${seed} --seeds 1 --members ${members} --databases ${databases}${hasRestores ? ' --restores' : ''}`;
  return [
    `seed ${seed} breaks invariant ${violation.invariant} at ${(violation.atMs / 1_000).toFixed(3)} s: ${violation.what}`,
    `see it again with: ${again}`,
    `faults that suffice (${faults.length}):`,
    ...faults.map((fault) => `  ${JSON.stringify(fault)}`),
    `history${trace.length > LINES_MAX ? ` (the last ${LINES_MAX} of ${trace.length} lines)` : ''}:`,
    ...trace.slice(-LINES_MAX),
  ].join('\n');
}
