import type { CopyView } from '#contracts';
import type { Candidate, PlacementQuestion } from './candidates.js';
import { PREFERENCES } from './preferences/index.js';

/** The eligible candidates from best to worst; no preference tells those of one tier apart. A tier is taken only where no better one can do the work. */
export function tiersOf(
  question: PlacementQuestion,
  candidates: readonly Candidate[],
): readonly (readonly Candidate[])[] {
  const tiers = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    if (candidate.refusal !== null) continue;
    const rank = PREFERENCES.map((preference) => (preference.isBetter(question, candidate.copy) ? 0 : 1)).join('');
    const tier = tiers.get(rank);
    if (tier) tier.push(candidate);
    else tiers.set(rank, [candidate]);
  }
  return [...tiers].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tier]) => tier);
}

/** Why a copy stands behind the chosen one, by the strongest preference that tells them apart; null if none speaks against it. */
export function whyWorse(question: PlacementQuestion, copy: CopyView, chosen: CopyView): string | null {
  const telling = PREFERENCES.find(
    (preference) => preference.isBetter(question, copy) !== preference.isBetter(question, chosen),
  );
  return telling && !telling.isBetter(question, copy) ? telling.because : null;
}
