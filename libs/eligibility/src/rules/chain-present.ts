import { ELIGIBLE, impossible, waiting, type EligibilityRule } from '../rule.js';
import { needsChain } from '../backup-types.js';

/**
 * An incremental or differential backup needs a full one before it, and the copy must already know of it: the last-backup
 * state travels with the log stream, so a passive copy learns of a full backup later than the active one (MS-TYPES).
 */
export const chainPresent: EligibilityRule = {
  name: 'chain-present',
  liftedBy: 'databaseChange',
  check: ({ database, copy, backupType }) => {
    if (!needsChain(backupType)) return ELIGIBLE;
    if (database.lastFullBackupAt === null) return impossible(`no full backup is known, and ${backupType} needs one`);
    if (copy.role === 'active' || copy.latestFullBackupAt === database.lastFullBackupAt) return ELIGIBLE;
    return waiting('the copy does not know the last full backup yet');
  },
};
