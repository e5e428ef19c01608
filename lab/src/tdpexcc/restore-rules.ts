import { agreeUpTo, lineageIn } from '../world/lineage.js';
import type { CopyRow, DatabaseRow, RestoreRow, SessionRow, StoredBackupRow } from '../world/rows.js';

/** What Exchange and the client look at when a database is to be restored. */
export interface RestoreView {
  readonly member: string;
  /** Of Exchange on that member. */
  readonly exchangeVersion: string;
  readonly database: DatabaseRow;
  /** Of the database's active copy. */
  readonly copy: CopyRow;
  readonly backup: StoredBackupRow;
  readonly openSession: SessionRow | undefined;
  readonly openRestore: RestoreRow | undefined;
  readonly isStopped: (member: string) => boolean;
}

/** Why the restore must not begin, or null. */
export function restoreProblem(view: RestoreView): string | null {
  const { member, database } = view;
  if (view.isStopped(member)) return `Exchange on ${member} does not answer`;
  if (database.activeMember !== member)
    return `only the active copy can be restored, which is on ${database.activeMember} and not on ${member}`;
  if (database.moveId !== null) return `the database is moving to ${database.moveTo ?? 'another server'}`;
  if (release(view.backup.exchangeVersion) !== release(view.exchangeVersion))
    return `the backup is of Exchange ${view.backup.exchangeVersion}, and ${member} has ${view.exchangeVersion}`;
  if (database.mounted === 1) return 'the database is mounted';
  if (database.allowFileRestore === 0)
    return 'the database does not allow its files to be overwritten (AllowFileRestore)';
  if (view.openSession !== undefined) return `a backup of it runs on ${view.openSession.member}`;
  if (view.openRestore !== undefined) return `it is being restored on ${view.openRestore.member} already`;
  return chainProblem(view);
}

/** `Version 15.2 (Build 1544.4)` is of the release 15.2: a database is restored into its own release only (MS-PORT). */
function release(version: string): string {
  return /\d+\.\d+/.exec(version)?.[0] ?? version;
}

/** Logs are applied to files that were restored, not mounted since, and reach up to them. */
function chainProblem({ backup, copy }: RestoreView): string | null {
  if (backup.type === 'full' || backup.type === 'copy') return null;
  if (copy.restoreId === null || copy.integrity === 'incomplete')
    return `a ${backup.type} backup is applied to a restored full backup, and there is none; restore the full one first`;
  if (backup.firstLog > copy.replayed + 1)
    return `its logs begin with ${backup.firstLog}, and the restored files end with ${copy.replayed}; a backup between them is missing`;
  if (backup.generation < copy.replayed)
    return `logs up to ${copy.replayed} are applied already, and it ends with ${backup.generation}`;
  const joinsAt = Math.min(copy.replayed, backup.generation);
  return agreeUpTo(lineageIn(copy.lineage), lineageIn(backup.lineage), joinsAt)
    ? null
    : 'it belongs to another full backup than the restored one';
}
