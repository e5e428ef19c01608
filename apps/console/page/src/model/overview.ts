import type { RunSummary } from '#contracts';

export type { LiveCopy, LiveDatabase, LiveMember, Overview } from '../../../src/live/overview.js';

export function newestFirst(runs: readonly RunSummary[]): readonly RunSummary[] {
  return runs.toSorted((a, b) => b.requestedAt.localeCompare(a.requestedAt));
}
