import type { CandidateView } from '#contracts';
import { formatDuration } from '../domain/format.js';
import type { PlacementDecision } from '../domain/run.event-parts.js';
import type { Candidate, PlacementQuestion } from './candidates.js';
import type { Score } from './score.js';
import { tiersOf, whyWorse } from './tiers.js';

/** What is said of every copy of a database once one of them, or none, is chosen. */
export interface Verdicts {
  readonly question: PlacementQuestion;
  readonly candidates: readonly Candidate[];
  readonly chosen: Candidate | undefined;
  /** Of each eligible candidate, by member: when it would start there, and how long it would take. */
  readonly scores: ReadonlyMap<string, Score>;
  /** Reasons of the whole plan against single copies, by member. */
  readonly against?: ReadonlyMap<string, string>;
}

export function decisionOf(verdicts: Verdicts): PlacementDecision {
  const { question, candidates } = verdicts;
  const tiers = tiersOf(question, candidates);
  const views = candidates.map((candidate) => viewOf(candidate, verdicts, tiers));
  return { summary: sentence(candidates, views), candidates: views };
}

function viewOf(candidate: Candidate, verdicts: Verdicts, tiers: readonly (readonly Candidate[])[]): CandidateView {
  const { copy, refusal } = candidate;
  const score = verdicts.scores.get(copy.member);
  const tier = tiers.findIndex((members) => members.includes(candidate)) + 1;
  return {
    member: copy.member,
    chosen: candidate === verdicts.chosen,
    eligible: refusal === null,
    rule: refusal?.rule ?? null,
    reason: refusal?.reason ?? merit(candidate, verdicts),
    score:
      refusal === null && score && tier > 0
        ? { tier, startInMs: Math.round(score.freeAtMs), durationMs: Math.ceil(score.durationMs) }
        : null,
  };
}

function merit({ copy }: Candidate, { question, chosen, scores, against }: Verdicts): string {
  const work = workWords(scores.get(copy.member));
  if (copy === chosen?.copy) {
    const why = question.followActive && copy.role === 'active' ? 'active now, where the database moved to' : copy.role;
    return `${why}, ${copy.status}, ${work}`;
  }
  const other = against?.get(copy.member) ?? (chosen ? whyWorse(question, copy, chosen.copy) : null);
  if (other !== null) return other;
  const isLater = chosen !== undefined && endOf(scores.get(copy.member)) > endOf(scores.get(chosen.copy.member));
  return isLater
    ? `would be done later: ${work}`
    : `as good, and taken by other work or likelier to be activated: ${work}`;
}

function endOf(score: Score | undefined): number {
  return score ? score.freeAtMs + score.durationMs : 0;
}

/** Shorter waits are none to people. */
const NOTICEABLE_MS = 1_000;

function workWords(score: Score | undefined): string {
  if (!score) return 'not reckoned';
  const after =
    score.freeAtMs >= NOTICEABLE_MS ? `, after ${formatDuration(score.freeAtMs)} of other work` : ', at once';
  return `about ${formatDuration(score.durationMs)}${after}`;
}

/** "EX03 chosen: passive, Healthy, about 12 min, at once; EX01 not: active, and a passive copy is available". */
function sentence(candidates: readonly Candidate[], views: readonly CandidateView[]): string {
  return candidates
    .map((candidate, index) => ({ name: candidate.memberName, view: views[index] }))
    .toSorted((a, b) => Number(b.view?.chosen) - Number(a.view?.chosen) || a.name.localeCompare(b.name))
    .map(({ name, view }) => `${name} ${view?.chosen ? 'chosen' : 'not'}: ${view?.reason}`)
    .join('; ');
}
