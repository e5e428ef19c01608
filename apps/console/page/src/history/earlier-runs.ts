import type { RunSummary } from '#contracts';

/** The runs of the live view, which are fresh, and after them those that were asked for once and are not among them. */
export function withEarlier(live: readonly RunSummary[], asked: readonly RunSummary[]): readonly RunSummary[] {
  const known = new Set(live.map(({ runId }) => runId));
  return [...live, ...asked.filter(({ runId }) => !known.has(runId))];
}
