import type { CandidateView } from '#contracts';
import { change, changeFor } from '../domain/changes.js';
import { formatBytes } from '../domain/format.js';
import type { PlacementDecision } from '../domain/run.events.js';
import { candidatesOf, type Candidate, type PlacementContext, type PlacementQuestion } from './candidates.js';

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
 * Chooses the copy to back up. Among the eligible: the active one if an interrupted backup is to follow it; otherwise a
 * passive before the active, a member that has not failed the task before one that has, then the member with the fewest
 * open bytes. Ties go to the copy least likely to be activated, then to the member's id, so that equal input gives
 * an equal choice.
 */
export function place(question: PlacementQuestion, context: PlacementContext): Placement {
  const candidates = candidatesOf(question, context);
  const eligible = candidates.filter((candidate) => candidate.refusal === null);
  const [chosen] = eligible.toSorted(byMerit(question, context));
  if (!chosen) return unplaced(question, candidates);
  const views = candidates.map((candidate) => viewOf(candidate, chosen, question, context));
  return {
    kind: 'placed',
    member: chosen.copy.member,
    decision: { summary: sentence(candidates, views), candidates: views },
  };
}

function byMerit(question: PlacementQuestion, context: PlacementContext) {
  const rank = ({ copy }: Candidate): readonly (number | string)[] => [
    question.failedMembers.has(copy.member) ? 1 : 0,
    question.followActive && copy.role === 'active' ? 0 : 1,
    copy.role === 'passive' ? 0 : 1,
    question.preferMembers.has(copy.member) ? 0 : 1,
    context.openBytes(copy.member),
    -(copy.activationPreference ?? 0),
    copy.member,
  ];
  return (left: Candidate, right: Candidate): number => {
    const a = rank(left);
    const b = rank(right);
    for (const [index, value] of a.entries()) {
      const other = b[index];
      if (other !== undefined && value !== other) return value < other ? -1 : 1;
    }
    return 0;
  };
}

function unplaced(question: PlacementQuestion, candidates: readonly Candidate[]): Placement {
  const views = candidates.map((candidate) => viewOf(candidate, undefined, question, undefined));
  const summary = sentence(candidates, views) || 'no member holds a copy';
  const decision = { summary, candidates: views };
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

function viewOf(
  candidate: Candidate,
  chosen: Candidate | undefined,
  question: PlacementQuestion,
  context: PlacementContext | undefined,
): CandidateView {
  const { copy, refusal } = candidate;
  const isChosen = candidate === chosen;
  return {
    member: copy.member,
    chosen: isChosen,
    eligible: refusal === null,
    rule: refusal?.rule ?? null,
    reason: refusal?.reason ?? merit(candidate, chosen, question, context),
  };
}

function merit(
  candidate: Candidate,
  chosen: Candidate | undefined,
  question: PlacementQuestion,
  context: PlacementContext | undefined,
): string {
  const { copy } = candidate;
  const load = context ? `${formatBytes(context.openBytes(copy.member))} before it` : '';
  if (candidate === chosen) {
    const why = question.followActive && copy.role === 'active' ? 'active now, where the database moved to' : copy.role;
    return [why, copy.status, load].filter(Boolean).join(', ');
  }
  if (question.failedMembers.has(copy.member)) return 'failed this task before, and another member can do it';
  if (copy.role === 'active' && chosen?.copy.role === 'passive') return 'active, and a passive copy is available';
  if (chosen?.copy.role === 'active' && question.followActive) return 'the backup follows the active copy';
  if (chosen && question.preferMembers.has(chosen.copy.member) && !question.preferMembers.has(copy.member)) {
    return 'the request prefers other members';
  }
  return ['more loaded or likelier to be activated', load].filter(Boolean).join(', ');
}

/** "EX03 chosen: passive, Healthy, 0 B before it; EX01 not: active, and a passive copy is available". */
function sentence(candidates: readonly Candidate[], views: readonly CandidateView[]): string {
  return candidates
    .map((candidate, index) => ({ name: candidate.memberName, view: views[index] }))
    .toSorted((a, b) => Number(b.view?.chosen) - Number(a.view?.chosen) || a.name.localeCompare(b.name))
    .map(({ name, view }) => `${name} ${view?.chosen ? 'chosen' : 'not'}: ${view?.reason}`)
    .join('; ');
}
