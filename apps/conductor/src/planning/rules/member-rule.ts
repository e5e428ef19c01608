import type { LiftedBy, Verdict } from '#eligibility';
import type { CopyView, MemberView } from '#contracts';
import type { PlacementContext, PlacementQuestion } from '../candidates.js';

export interface MemberCandidate {
  readonly question: PlacementQuestion;
  readonly context: PlacementContext;
  readonly copy: CopyView;
  /** Undefined: the inventory tells of a copy on a member it knows nothing else of. */
  readonly member: MemberView | undefined;
}

/** One reason why a member must not do this task, beside what is wrong with the copy itself. */
export interface MemberRule {
  readonly name: string;
  readonly liftedBy: LiftedBy;
  /** True where the requester asked for it: what is left out by such a rule is skipped, not failed. */
  readonly byPolicy: boolean;
  check(candidate: MemberCandidate): Verdict;
}
