import { change } from '../../domain/changes.js';
import { ALLOWED, type DispatchRule } from '../dispatch-rule.js';

/** No backup of a database begins while it is restored over; its place in the queue is kept until the restore is over. */
export const noRestore: DispatchRule = {
  name: 'no-restore',
  holdsUp: 'task',
  isOrdinary: false,
  check: ({ databaseGuid, databaseName }, context) =>
    context.isBeingRestored(databaseGuid)
      ? {
          kind: 'refused',
          reason: `${databaseName} is being restored`,
          liftedBy: [change.lock(databaseGuid)],
          wakeAtMs: null,
        }
      : ALLOWED,
};
