import {
  displayName,
  failure,
  type BackupType,
  type DatabaseView,
  type Failure,
  type ReportedDatabase,
  type StartBackup,
} from '#contracts';
import { NO_QUEUE_LIMITS, refusalOf } from '#eligibility';
import type { CheckResult } from './attempt.js';

/** The last-backup header that a backup of this type moves (reference 2.4): it is what proves the backup afterwards. */
export function headerOf(database: ReportedDatabase, backupType: BackupType): string | null {
  switch (backupType) {
    case 'full':
      return database.lastFullBackupAt ?? null;
    case 'copy':
      return database.lastCopyBackupAt ?? null;
    case 'incremental':
      return database.lastIncrementalBackupAt ?? null;
    case 'differential':
      return database.lastDifferentialBackupAt ?? null;
    default: {
      const unknown: never = backupType;
      throw new Error(`unknown backup type ${String(unknown)}`);
    }
  }
}

/** The last look before the start: what the planner chose must still be true, by the planner's own rules. */
export function finalCheck(command: StartBackup, memberId: string, database: ReportedDatabase | null): CheckResult {
  const name = command.databaseName;
  const copy = database?.copies.find((candidate) => candidate.member === memberId);
  if (!database || !copy) {
    return refused(
      'copy.missing',
      `${displayName(memberId)} holds no copy of ${name}; ask the inventory which members do`,
      true,
      database,
    );
  }
  // tdpexcc takes names, case-sensitively (reference section 0 rule 8): another name would be another database, or none.
  if (database.name !== name) {
    const message = `the database ${command.databaseGuid} is named ${database.name} on ${displayName(memberId)}, the order says ${name}`;
    return refused('copy.not-eligible', message, true, database, { rule: 'name-matches' });
  }
  const role = copy.active ? 'active' : 'passive';
  if (role !== command.expectedRole) {
    const message = `the copy of ${name} on ${displayName(memberId)} is ${role} now, the plan was made for the ${command.expectedRole} one`;
    return refused('copy.role-changed', message, true, database, { role });
  }
  const view = databaseView(database, memberId);
  const viewedCopy = view.copies.find((candidate) => candidate.member === memberId);
  if (!viewedCopy) throw new Error(`the view of ${name} lost the copy on ${displayName(memberId)}`);
  // How far a copy may be behind is the conductor's policy; it looked at that when it sent the command.
  const { backupType } = command;
  const refusal = refusalOf({ database: view, copy: viewedCopy, backupType, queueLimits: NO_QUEUE_LIMITS });
  if (refusal) {
    const message = `the copy of ${name} on ${displayName(memberId)} cannot be backed up: ${refusal.reason}`;
    return refused('copy.not-eligible', message, refusal.kind === 'waiting', database, { rule: refusal.rule });
  }
  return { kind: 'passed', before: headerOf(database, command.backupType), database };
}

/** The report of one database, seen by this member this moment, in the form that the eligibility rules read. */
export function databaseView(database: ReportedDatabase, memberId: string): DatabaseView {
  return {
    guid: database.guid,
    name: database.name,
    kind: kindOf(database),
    // No rule of a copy looks at the DAG, and a database does not tell which one it belongs to.
    dag: null,
    activeMember: database.activeMember,
    mounted: database.mounted,
    backupInProgress: database.backupInProgress,
    circularLogging: database.circularLogging,
    sizeBytes: database.sizeBytes,
    logBytes: database.logBytes ?? null,
    lastFullBackupAt: database.lastFullBackupAt,
    lastIncrementalBackupAt: database.lastIncrementalBackupAt,
    lastDifferentialBackupAt: database.lastDifferentialBackupAt,
    lastCopyBackupAt: database.lastCopyBackupAt,
    copies: database.copies.map(({ active, ...copy }) => ({
      ...copy,
      role: active ? ('active' as const) : ('passive' as const),
      observedBy: memberId,
      ageMs: 0,
    })),
  };
}

function kindOf(database: ReportedDatabase): DatabaseView['kind'] {
  if (database.recovery) return 'recovery';
  if (database.publicFolder) return 'publicFolder';
  return database.copies.length > 1 ? 'dag' : 'standalone';
}

function refused(
  type: string,
  message: string,
  retryable: boolean,
  database: ReportedDatabase | null,
  details?: Failure['details'],
): CheckResult {
  const reason = failure(type, message, { retryable, ...(details ? { details } : {}) });
  return database ? { kind: 'refused', failure: reason, database } : { kind: 'refused', failure: reason };
}
