import { spreadOf } from '../detection/report.js';
import type { Decisions } from './decisions.js';
import type { Dispatch } from './dispatch.js';

const FLAT_WITHIN = 1.3;
const DISPATCH_SHARE_MIN = 0.5;
const TAKEOVER_WITHIN_MS = 5_000;

export const DECISIONS_HEAD =
  'database     databases   plan ms   decisions/s   ms/database   cpu ms/database   bytes/database   memory MiB';

export function decisionsLine(each: Decisions): string {
  const cells = [
    [String(each.databases), 9],
    [String(Math.round(each.planMs)), 9],
    [String(Math.round(each.perSecond)), 13],
    [each.msPerDatabase.toFixed(2), 13],
    [each.cpuMsPerDatabase.toFixed(2), 17],
    [String(Math.round(each.bytesPerDatabase)), 16],
    [String(Math.round(each.memoryMiB)), 12],
  ] as const;
  return [each.engine.padEnd(12), ...cells.map(([text, width]) => text.padStart(width))].join(' ');
}

/** What a database costs in the largest run against the smallest, for each engine. */
export function flatnessLines(decisions: readonly Decisions[]): readonly string[] {
  return [...new Set(decisions.map(({ engine }) => engine))].flatMap((engine) => {
    const own = decisions.filter((each) => each.engine === engine).toSorted((a, b) => a.databases - b.databases);
    const [smallest, largest] = [own[0], own.at(-1)];
    if (!smallest || !largest || smallest === largest) return [];
    const time = largest.cpuMsPerDatabase / smallest.cpuMsPerDatabase;
    const bytes = largest.bytesPerDatabase / smallest.bytesPerDatabase;
    const met = Math.max(time, bytes) <= FLAT_WITHIN ? 'met' : 'MISSED';
    return [
      `${engine}: from ${smallest.databases} to ${largest.databases} databases, one costs ${time.toFixed(2)} times the processor time and ${bytes.toFixed(2)} times the bytes; goal ${FLAT_WITHIN}: ${met}`,
    ];
  });
}

/** Medians over the rounds: one round on a busy machine says little. The share is that within each round, where the machine was the same. */
export function dispatchLines(rounds: readonly (readonly Dispatch[])[]): readonly string[] {
  const speeds = (way: Dispatch['way']): readonly number[] =>
    rounds.flatMap((round) => round.filter((each) => each.way === way).map(({ perSecond }) => perSecond));
  const bare = speeds('raw');
  const ways = [...new Set(rounds.flatMap((round) => round.map(({ way }) => way)))].filter((way) => way !== 'raw');
  return [
    `orders published bare, with confirms: ${Math.round(medianOf(bare))}/s (median of ${rounds.length} rounds)`,
    ...ways.map((way) => {
      const shares = speeds(way).map((speed, round) => speed / (bare[round] ?? Number.NaN));
      const share = medianOf(shares);
      const met = share >= DISPATCH_SHARE_MIN ? 'met' : 'MISSED';
      const range = `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`;
      return `orders sent from the outbox, ${way}: ${Math.round(medianOf(speeds(way)))}/s, ${percent(share)} of bare in the same round (${range}); goal ${percent(DISPATCH_SHARE_MIN)}: ${met}`;
    }),
  ];
}

function medianOf(values: readonly number[]): number {
  return spreadOf(values).p50Ms;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function takeoverLine(timesMs: readonly number[]): string {
  const { p50Ms, p99Ms, maxMs } = spreadOf(timesMs.map(Math.round));
  const met = p99Ms <= TAKEOVER_WITHIN_MS ? 'met' : 'MISSED';
  return `takeover after SIGKILL, ${timesMs.length} kills: p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms; goal ${TAKEOVER_WITHIN_MS} ms at p99: ${met}`;
}
