import { change } from '../../domain/changes.js';
import { ALLOWED, type DispatchRule } from '../dispatch-rule.js';

/** VSS serialises the snapshot phase of a server's backups, so two starts keep a distance (MS-WRITER). */
export const startGap: DispatchRule = {
  name: 'start-gap',
  holdsUp: 'member',
  isOrdinary: true,
  check: ({ member, memberName }, context) => {
    const lastMs = context.lastStartAtMs(member);
    const gapMs = context.startGapMs(member);
    if (lastMs === null || context.nowMs - lastMs >= gapMs) return ALLOWED;
    return {
      kind: 'refused',
      reason: `two starts on ${memberName} stand at least ${gapMs} ms apart`,
      liftedBy: [change.gap(member)],
      wakeAtMs: lastMs + gapMs,
    };
  },
};
