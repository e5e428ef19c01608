import { ELIGIBLE, impossible, waiting, type EligibilityRule } from '../rule.js';
import { needsChain } from '../backup-types.js';

/** With circular logging the logs an incremental or differential backup needs are gone (MS-CONCEPTS). */
export const circularLogging: EligibilityRule = {
  name: 'circular-logging',
  liftedBy: 'databaseChange',
  check: ({ database, backupType }) => {
    if (!needsChain(backupType) || database.circularLogging === false) return ELIGIBLE;
    return database.circularLogging === true
      ? impossible(`circular logging is on, so ${backupType} backups are impossible`)
      : waiting('it is not known whether circular logging is on');
  },
};
