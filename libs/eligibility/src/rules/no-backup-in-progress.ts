import { ELIGIBLE, waiting, type EligibilityRule } from '../rule.js';

/** Exchange takes one backup of a database at a time, whatever copy it reads, COPY backups too (MS-WRITER, KB4037535). Unknown is not free. */
export const noBackupInProgress: EligibilityRule = {
  name: 'no-backup-in-progress',
  liftedBy: 'databaseChange',
  check: ({ database }) => {
    if (database.backupInProgress === false) return ELIGIBLE;
    return waiting(
      database.backupInProgress === true
        ? 'Exchange says that a backup of this database is in progress'
        : 'it is not known whether a backup of this database is in progress',
    );
  },
};
