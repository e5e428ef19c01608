import { ELIGIBLE, impossible, type EligibilityRule } from '../rule.js';

/** A recovery database may be restored to and is never a backup source; the VSS writer does not even list it (MS-RDB, MS-TYPES). */
export const recoveryDatabase: EligibilityRule = {
  name: 'recovery-database',
  liftedBy: 'nothing',
  check: ({ database }) =>
    database.kind === 'recovery' ? impossible('a recovery database is never backed up') : ELIGIBLE,
};
