import { ELIGIBLE, impossible } from '#eligibility';
import { memberName } from '../../domain/world.js';
import type { MemberRule } from './member-rule.js';

/** Where asked for, the backups of one database stand in different sites. Two sites that are not known may be the same one. */
export const differentSite: MemberRule = {
  name: 'different-site',
  liftedBy: 'memberChange',
  byPolicy: false,
  check: ({ question, context, copy, member }) => {
    if (question.spread !== 'site') return ELIGIBLE;
    const site = member?.site ?? null;
    for (const taken of question.takenMembers) {
      const other = context.world.members.get(taken)?.site ?? null;
      if (taken === copy.member || site !== other) continue;
      const where = memberName(context.world, taken);
      return impossible(
        site === null
          ? `its site is not known, nor that of ${where}, which does another backup of this database`
          : `it is in site ${site}, and so is ${where}, which does another backup of this database`,
      );
    }
    return ELIGIBLE;
  },
};
