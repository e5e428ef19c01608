import type { Detection } from './measure.js';

/** Design goals for a dead agent, as the 99th of a hundred. */
const KNOWN_WITHIN_MS = 10_000;
const ELSEWHERE_WITHIN_MS = 25_000;

export interface Spread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function spreadOf(valuesMs: readonly number[]): Spread {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

export function resultsOf(detections: readonly Detection[]) {
  return {
    kills: detections.length,
    known: { goalMs: KNOWN_WITHIN_MS, ...spreadOf(detections.map(({ knownMs }) => knownMs)) },
    elsewhere: { goalMs: ELSEWHERE_WITHIN_MS, ...spreadOf(detections.map(({ elsewhereMs }) => elsewhereMs)) },
    detections,
  };
}

export function report({ kills, known, elsewhere }: ReturnType<typeof resultsOf>): string {
  const line = (what: string, { p50Ms, p99Ms, maxMs, goalMs }: Spread & { readonly goalMs: number }): string =>
    `${what}: p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms; goal ${goalMs} ms at p99: ${p99Ms <= goalMs ? 'met' : 'MISSED'}`;
  return [
    `${kills} agents killed at work, production timings`,
    line('known to be silent', known),
    line('work begun elsewhere', elsewhere),
  ].join('\n');
}
