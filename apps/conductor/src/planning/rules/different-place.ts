import { ELIGIBLE, impossible, type Verdict } from '#eligibility';
import { memberName } from '../../domain/world.js';
import { PLACE_WORDS, placeOf, type SharedPlace } from '../spread.js';
import type { MemberCandidate } from './member-rule.js';

/** Refuses a member that shares such a place with one that makes another backup of the database, where the request forbids it. */
export function differentPlace(place: SharedPlace, { question, context, copy, member }: MemberCandidate): Verdict {
  if (question.spread !== place) return ELIGIBLE;
  const own = placeOf(place, member);
  for (const taken of question.takenMembers) {
    if (taken === copy.member || own !== placeOf(place, context.world.members.get(taken))) continue;
    const where = memberName(context.world, taken);
    const word = PLACE_WORDS[place];
    return impossible(
      own === null
        ? `its ${word} is not known, nor that of ${where}, which does another backup of this database`
        : `it shares ${word} ${own} with ${where}, which does another backup of this database`,
    );
  }
  return ELIGIBLE;
}
