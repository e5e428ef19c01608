import { change } from '../../domain/changes.js';
import type { Slot } from '../../domain/slots.js';
import { ALLOWED, type DispatchRule } from '../dispatch-rule.js';

/** A rule that counts backups at once in one kind of slot. */
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
      if (used < limit) return ALLOWED;
      return {
        kind: 'refused',
        reason: `${used} of ${limit} backups at once run ${nameOf(slot, memberName)}`,
        liftedBy: [change.slot(slot)],
        wakeAtMs: null,
      };
    },
  };
}
