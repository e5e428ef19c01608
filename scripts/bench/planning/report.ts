import type { Fuzzed } from './fuzz.js';
import type { Large } from './large.js';
import type { Quality } from './quality.js';
import type { Realised, RealisedWithLimit } from './realised.js';
import type { Spread, Times } from './statistics.js';

export function qualityText({ shape, series, ratios, planning, exactWithoutPlan }: Quality): string {
  const lines = Object.entries(ratios).map(
    ([name, { count, median, p95 }]) =>
      `  ${name.padEnd(30)} ${ratio(median)} ${ratio(p95)}   ${String(count).padStart(4)} instances`,
  );
  const without = exactWithoutPlan > 0 ? [`  the exact solver had no plan for ${exactWithoutPlan} of them`] : [];
  return [
    `${shape}, ${series}: planned finish / bound, median and p95`,
    ...lines,
    ...without,
    `  planning time ${timesText(planning)}`,
  ].join('\n');
}

export function largeText({ dags, databases, planning, finishOverBound }: Large): string {
  return `${dags} DAGs, ${databases} databases: ${timesText(planning)}; finish / own bound ${ratio(finishOverBound)}`;
}

export function realisedText({ shape, fixed, rebalanced, movesPerRun }: Realised): string {
  return [
    `${shape}, true speeds ±50 % and one failover: realised finish / clairvoyant bound, median and p95`,
    `  as planned    ${ratio(fixed.median)} ${ratio(fixed.p95)}   ${fixed.count} instances`,
    `  re-balanced   ${ratio(rebalanced.median)} ${ratio(rebalanced.p95)}   ${movesPerRun.median} moves (median), p95 ${movesPerRun.p95}`,
  ].join('\n');
}

export function realisedWithLimitText({ shape, fixed, unaware, rebalanced, movesPerRun }: RealisedWithLimit): string {
  return [
    `${shape}, the same with half of the members behind a storage server that takes half of them at once`,
    `  as planned    ${ratio(fixed.median)} ${ratio(fixed.p95)}   ${fixed.count} instances`,
    `  re-balanced   ${ratio(unaware.median)} ${ratio(unaware.p95)}   as if there were no limit`,
    `  re-balanced   ${ratio(rebalanced.median)} ${ratio(rebalanced.p95)}   with the limit; ${movesPerRun.median} moves (median), p95 ${movesPerRun.p95}`,
  ].join('\n');
}

export function fuzzedText({ what, runs, databaseRuns, placed, violations }: Fuzzed): string {
  const found = violations.length === 0 ? '0 violations' : `VIOLATIONS:\n${violations.join('\n')}`;
  return `random ${what}: ${databaseRuns} database-runs in ${runs} plans, ${placed} places given: ${found}`;
}

function timesText({ wallMs, processorMs }: Times): string {
  const text = ({ median, p95 }: Spread): string => `p50 ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
  return `${text(processorMs)} of processor; by the clock ${text(wallMs)}`;
}

function ratio(value: number): string {
  return value.toFixed(4).padStart(8);
}
