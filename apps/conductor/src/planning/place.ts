import { change, changeFor } from '../domain/changes.js';
import type { PlacementDecision } from '../domain/run.event-parts.js';
import { candidatesOf, type Candidate, type PlacementContext, type PlacementQuestion } from './candidates.js';
import { scoreOf, type Score } from './score.js';
import { tiersOf } from './tiers.js';
import { decisionOf } from './words.js';

/** Where one task goes, or why it cannot go anywhere now, or ever. */
export type Placement =
  | { readonly kind: 'placed'; readonly member: string; readonly decision: PlacementDecision }
  | {
      readonly kind: 'waiting';
      readonly rule: string;
      readonly reason: string;
      /** The changes that could make a place, as keys. */
      readonly liftedBy: readonly string[];
      readonly decision: PlacementDecision;
    }
  | {
      readonly kind: 'impossible';
      readonly rule: string;
      readonly byPolicy: boolean;
      readonly reason: string;
      readonly decision: PlacementDecision;
    };

/**
 * Chooses the copy for one task by itself: of the best tier the one that would be done first, given what its member has to do already. Ties
 * go to the copy least likely to be activated, then to the member's id, so that equal input gives an equal choice.
 */
export function place(question: PlacementQuestion, context: PlacementContext): Placement {
  const candidates = candidatesOf(question, context);
  const scores = scoresOf(question, candidates, context);
  const [best = []] = tiersOf(question, candidates);
  const chosen = best.toSorted(byEnd(scores))[0];
  if (!chosen) return unplaced(question, candidates);
  return {
    kind: 'placed',
    member: chosen.copy.member,
    decision: decisionOf({ question, candidates, chosen, scores }),
  };
}

export function scoresOf(
  question: PlacementQuestion,
  candidates: readonly Candidate[],
  context: PlacementContext,
): ReadonlyMap<string, Score> {
  return new Map(
    candidates
      .filter(({ refusal }) => refusal === null)
      .map((candidate) => [candidate.copy.member, scoreOf(candidate, question, context)]),
  );
}

function byEnd(scores: ReadonlyMap<string, Score>) {
  const endOf = ({ copy }: Candidate): number => {
    const score = scores.get(copy.member);
    return score ? score.freeAtMs + score.durationMs : Number.POSITIVE_INFINITY;
  };
  const penaltyOf = ({ copy }: Candidate): number => scores.get(copy.member)?.penalty ?? 0;
  return (a: Candidate, b: Candidate): number =>
    endOf(a) - endOf(b) || penaltyOf(a) - penaltyOf(b) || (a.copy.member < b.copy.member ? -1 : 1);
}

/** What a task without an eligible copy may hope for. */
export function unplaced(question: PlacementQuestion, candidates: readonly Candidate[]): Placement {
  const told = decisionOf({ question, candidates, chosen: undefined, scores: new Map() });
  const summary = told.summary || 'no member holds a copy';
  const decision = { ...told, summary };
  const refusals = candidates.flatMap((candidate) => candidate.refusal ?? []);
  const waiting = refusals.find((refusal) => refusal.kind === 'waiting');
  if (waiting) {
    return { kind: 'waiting', rule: waiting.rule, reason: summary, liftedBy: lifting(question, candidates), decision };
  }
  const policy = refusals.find((refusal) => refusal.byPolicy);
  const telling = policy ?? refusals[0];
  return {
    kind: 'impossible',
    rule: telling?.rule ?? 'no-copy',
    byPolicy: policy !== undefined,
    reason: summary,
    decision,
  };
}

/** Every change that could lift the refusal of one of the copies. */
function lifting({ database }: PlacementQuestion, candidates: readonly Candidate[]): readonly string[] {
  const keys = candidates.flatMap(({ copy, refusal }) =>
    refusal ? changeFor(refusal.liftedBy, database.guid, copy.member) : [],
  );
  // A further copy may be added, and that is news of the database.
  return [...new Set([...keys, change.database(database.guid)])].toSorted();
}
