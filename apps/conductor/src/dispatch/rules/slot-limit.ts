import { change } from '../../domain/changes.js';
import type { Slot } from '../../domain/slots.js';
import { ALLOWED, type DispatchRule } from '../dispatch-rule.js';

/** A rule that counts backups at once, and the restores beside them, in one kind of slot. */
export function slotLimit(
  scope: Slot['scope'],
  own: Pick<DispatchRule, 'name' | 'holdsUp' | 'isOrdinary'>,
  nameOf: (slot: Slot, memberName: string) => string,
): DispatchRule {
  return {
    ...own,
    check: ({ slots, memberName }, context) => {
      const slot = slots.find((each) => each.scope === scope);
      const limit = slot && context.limitOf(slot);
      if (!slot || limit === null || limit === undefined) return ALLOWED;
      const used = context.usedOf(slot);
      const restores = context.restoresIn(slot);
      if (used + restores < limit) return ALLOWED;
      const what =
        restores === 0 ? `${used} of ${limit} backups` : `${used} backups and ${restores} restores of ${limit}`;
      return {
        kind: 'refused',
        reason: `${what} at once run ${nameOf(slot, memberName)}`,
        liftedBy: [change.slot(slot)],
        wakeAtMs: null,
      };
    },
  };
}
