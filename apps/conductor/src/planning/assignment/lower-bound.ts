import { boundByPrices, type Bound } from './bound.js';
import { checkProblem } from './check.js';
import { islandsOf } from './islands.js';
import { longestOf } from './longest.js';
import type { Model } from './model.js';
import type { AssignmentProblem, Binding } from './problem.js';
import { separate } from './separate.js';
import { timetableOf } from './timetable.js';

/** What is worth less than this to the bound is not said to bind. */
const BINDS_MIN_SHARE = 0.01;

export interface ProvenBound {
  readonly model: Model;
  readonly bound: Bound;
}

export interface BestPossible {
  readonly boundMs: number;
  readonly binding: readonly Binding[];
}

/** The finish that no plan can be earlier than, and what it comes from. */
export function lowerBound(problem: AssignmentProblem): BestPossible {
  checkProblem(problem);
  const { placeable, greedy } = separate(problem);
  const finishMs = timetableOf(greedy).finishMs;
  const models = islandsOf(placeable);
  const bounds = (greedy.model.limits.length > 0 ? [...models, greedy.model] : models).map((model) => ({
    model,
    bound: boundByPrices(model, finishMs),
  }));
  return strongest(greedy.model, bounds);
}

/** The latest of these bounds, or the longest job, if that alone takes longer. */
export function strongest(whole: Model, bounds: readonly ProvenBound[]): BestPossible {
  const longest = longestOf(whole);
  const latest = bounds.reduce<ProvenBound | undefined>(
    (best, each) => (best && best.bound.boundMs >= each.bound.boundMs ? best : each),
    undefined,
  );
  if (longest && (!latest || longest.endMs >= latest.bound.boundMs)) {
    const binding = [{ kind: 'longestJob', name: whole.jobIds[longest.job], share: 1 }] as const;
    return { boundMs: longest.endMs, binding };
  }
  return latest ? { boundMs: latest.bound.boundMs, binding: bindingOf(latest) } : { boundMs: 0, binding: [] };
}

function bindingOf({ model, bound }: ProvenBound): readonly Binding[] {
  const names = [...model.memberIds, ...model.limits.map(({ name }) => name)];
  return names
    .map((name, index): Binding => {
      const kind = index < model.memberIds.length ? 'member' : 'limit';
      return { kind, name, share: bound.shares[index] };
    })
    .filter(({ share }) => share >= BINDS_MIN_SHARE)
    .toSorted((a, b) => b.share - a.share);
}
