import { ELIGIBLE, waiting, type EligibilityRule } from '../rule.js';

/** The writer does not list a dismounted database, and the backup of a passive copy keeps a channel to the mounted active one (MS-TYPES, KB4037535). */
export const activeMounted: EligibilityRule = {
  name: 'active-mounted',
  liftedBy: 'databaseChange',
  check: ({ database }) => {
    if (database.mounted === true && database.activeMember !== null) return ELIGIBLE;
    return waiting(
      database.mounted === false ? 'the database is dismounted' : 'it is not known whether the database is mounted',
    );
  },
};
