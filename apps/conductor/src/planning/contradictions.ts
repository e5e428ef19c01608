import type { BackupOrder } from '../domain/backup-order.js';

/** What no world could fulfil of a request: found before anything is looked at. Each names its clause; all are named at once. */
export function contradictionsOf(order: BackupOrder): readonly string[] {
  return CLAUSES.flatMap((clause) => clause(order) ?? []);
}

type Clause = (order: BackupOrder) => string | null;

const CLAUSES: readonly Clause[] = [activeOnlyTwice, passiveOnlyFollowing, preferredAndExcluded];

function activeOnlyTwice({ copyPreference, copiesPerDatabase }: BackupOrder): string | null {
  return copyPreference === 'activeOnly' && copiesPerDatabase > 1
    ? `copiesPerDatabase ${copiesPerDatabase} contradicts copyPreference activeOnly: a database has one active copy`
    : null;
}

function passiveOnlyFollowing({ copyPreference, onFailover }: BackupOrder): string | null {
  return copyPreference === 'passiveOnly' && onFailover === 'followActive'
    ? 'onFailover followActive contradicts copyPreference passiveOnly: say onFailover bestCopy'
    : null;
}

function preferredAndExcluded({ preferMembers, excludeMembers }: BackupOrder): string | null {
  const both = preferMembers.filter((member) => excludeMembers.includes(member));
  return both.length > 0 ? `preferMembers and excludeMembers both name ${both.join(', ')}` : null;
}
