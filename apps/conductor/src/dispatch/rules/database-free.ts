import { change } from '../../domain/changes.js';
import { ALLOWED, type DispatchRule } from '../dispatch-rule.js';

/** Exchange backs up a database once at a time, whichever copy is read and whichever run wants it. */
export const databaseFree: DispatchRule = {
  name: 'database-free',
  holdsUp: 'task',
  isOrdinary: true,
  check: ({ databaseGuid, databaseName }, context) =>
    context.isLocked(databaseGuid)
      ? {
          kind: 'refused',
          reason: `another backup of ${databaseName} is at work`,
          liftedBy: [change.lock(databaseGuid)],
          wakeAtMs: null,
        }
      : ALLOWED,
};
