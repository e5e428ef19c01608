import {
  displayName,
  failure,
  type Failure,
  type OrderRestoreStep,
  type ReportedCopy,
  type ReportedDatabase,
  type RestoreStep,
  type RestoreObject,
  type RestoreStepOf,
} from '#contracts';
import type { Change, Work } from './work.js';

/** How far a step is from being true, by what Exchange shows. */
export type Assessment =
  | { readonly kind: 'done' }
  | { readonly kind: 'todo'; readonly change: Change }
  /** It was set going, or Exchange is in between: look again. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'impossible'; readonly failure: Failure };

export interface Assessed {
  readonly order: OrderRestoreStep;
  readonly step: RestoreStep;
  readonly memberId: string;
  readonly database: ReportedDatabase | null;
  readonly mountedRecoveries: readonly string[];
  readonly work: Work;
}

const DONE: Assessment = { kind: 'done' };
const WAIT: Assessment = { kind: 'wait' };

export function assess(assessed: Assessed): Assessment {
  const { step } = assessed;
  switch (step.kind) {
    case 'readState':
      return DONE;
    case 'createDatabase':
    case 'createRecoveryDatabase':
      return creation(assessed, step.kind);
    case 'removeRecoveryDatabase':
      return removal(assessed);
    case 'restoreFiles':
      return nextObject(assessed, step, step.folder);
    case 'restoreBackup':
      return restoring(assessed, step);
    case 'dismount':
      return known(assessed, ({ mounted }) => reached(mounted, false, { kind: 'dismount' }, assessed));
    case 'mount':
      return known(assessed, ({ mounted }) => reached(mounted, true, { kind: 'mount' }, assessed));
    case 'allowFileRestore':
      return known(assessed, (database) => allowance(assessed, database, true));
    case 'forbidFileRestore':
      return known(assessed, (database) => allowance(assessed, database, false));
    case 'moveActive':
      return known(assessed, (database) => moving(assessed, database, step.toMember));
    case 'suspendCopy':
      return known(assessed, (database) => suspension(assessed, database, step));
    case 'resumeCopy':
      return known(assessed, (database) => resumption(assessed, database, step));
    case 'reseedCopy':
      return known(assessed, (database) => reseeding(assessed, database, step.copyMember));
    default: {
      const unknown: never = step;
      throw new Error(`unknown step ${JSON.stringify(unknown)}`);
    }
  }
}

function known({ database, order }: Assessed, rule: (database: ReportedDatabase) => Assessment): Assessment {
  if (database !== null) return rule(database);
  return impossible('database.missing', `Exchange knows no database ${order.databaseName}`, false);
}

function allowance(assessed: Assessed, { allowFileRestore }: ReportedDatabase, allowed: boolean): Assessment {
  return reached(allowFileRestore ?? null, allowed, { kind: 'setAllowFileRestore', allowed }, assessed);
}

/** What is not known is neither true nor false: it is looked at again. */
function reached(is: boolean | null, wanted: boolean, change: Change, assessed: Assessed): Assessment {
  if (is === wanted) return DONE;
  return is === null ? WAIT : once(change, assessed);
}

/** A change of Exchange is made once in a step; after that its effect is waited for. */
function once(change: Change, { work }: Assessed): Assessment {
  return work.made.includes(change.kind) ? WAIT : { kind: 'todo', change };
}

function moving(assessed: Assessed, database: ReportedDatabase, toMember: string): Assessment {
  const copy = copyOn(database, toMember);
  if (!copy) return noCopy(database, toMember);
  // Between two members a database is nowhere in particular; it has arrived when the copy says what it is there.
  if (database.activeMember === toMember && (copy.status === 'Mounted' || copy.status === 'Dismounted')) return DONE;
  return once({ kind: 'moveActive', member: toMember }, assessed);
}

interface CopyStep {
  readonly copyMember: string;
  readonly comment: string;
}

function isSuspended({ status }: ReportedCopy): boolean {
  return status === 'Suspended' || status === 'FailedAndSuspended';
}

function suspension(assessed: Assessed, database: ReportedDatabase, step: CopyStep): Assessment {
  const { copyMember, comment } = step;
  const copy = copyOn(database, copyMember);
  if (!copy) return noCopy(database, copyMember);
  if (copy.active || database.activeMember === copyMember) {
    const message = `the copy of ${database.name} on ${displayName(copyMember)} is the active one now and cannot be suspended`;
    return impossible('copy.role-changed', message, true);
  }
  // Suspended by somebody else is suspended too, and theirs to undo.
  if (isSuspended(copy)) return DONE;
  return once({ kind: 'suspendCopy', member: copyMember, comment }, assessed);
}

function resumption(assessed: Assessed, database: ReportedDatabase, step: CopyStep): Assessment {
  const copy = copyOn(database, step.copyMember);
  if (!copy) return noCopy(database, step.copyMember);
  if (!isSuspended(copy) || (copy.suspendComment ?? '') !== step.comment) return DONE;
  return once({ kind: 'resumeCopy', member: step.copyMember }, assessed);
}

const BEING_SEEDED: ReadonlySet<ReportedCopy['status']> = new Set(['Seeding']);
const CATCHING_UP: ReadonlySet<ReportedCopy['status']> = new Set([
  'Initializing',
  'Resynchronizing',
  'DisconnectedAndResynchronizing',
]);

function reseeding(assessed: Assessed, database: ReportedDatabase, copyMember: string): Assessment {
  const copy = copyOn(database, copyMember);
  if (!copy) return noCopy(database, copyMember);
  if (copy.active) {
    // Exchange activates no copy whose seed was cut off: the seed was over, and nobody saw it end.
    if (assessed.work.seedSeen) return DONE;
    const message = `the copy of ${database.name} on ${displayName(copyMember)} is the active one now, and there is nothing to seed it from`;
    return impossible('copy.role-changed', message, true);
  }
  if (copy.status === 'Healthy' || copy.status === 'DisconnectedAndHealthy') return DONE;
  // The bytes are there, and the next reseed may have the disks; that the copy becomes Healthy is waited for by whoever verifies.
  if (CATCHING_UP.has(copy.status)) return assessed.work.seedSeen ? DONE : WAIT;
  if (BEING_SEEDED.has(copy.status)) return WAIT;
  if (isSuspended(copy)) {
    if (assessed.work.seedSeen) return seedFailed(database, copy);
    return once({ kind: 'updateCopy', member: copyMember }, assessed);
  }
  // Exchange seeds suspended copies only.
  if (assessed.work.made.includes('updateCopy')) return WAIT;
  const comment = `reseed for the restore run ${assessed.order.runId}`;
  return once({ kind: 'suspendCopy', member: copyMember, comment }, assessed);
}

function seedFailed(database: ReportedDatabase, copy: ReportedCopy): Assessment {
  const why = copy.errorMessage ?? 'Exchange gives no reason';
  const message = `the reseed of the copy of ${database.name} on ${displayName(copy.member)} ended with the copy ${copy.status}: ${why}`;
  return impossible('reseed.failed', message, true);
}

function creation(assessed: Assessed, kind: 'createDatabase' | 'createRecoveryDatabase'): Assessment {
  const { order, memberId, database, mountedRecoveries } = assessed;
  const name = order.databaseName;
  const isRecovery = kind === 'createRecoveryDatabase';
  if (database !== null) {
    const isTheOne =
      database.recovery === isRecovery && database.activeMember === memberId && database.mounted !== true;
    if (isTheOne) return DONE;
    const what = `${database.recovery ? 'a recovery' : 'a'} database on ${displayName(database.activeMember)}`;
    const message = `${name} cannot be created on ${displayName(memberId)}: ${what} has that name${database.mounted === true ? ' and is mounted' : ''}`;
    return impossible('database.exists', message, false);
  }
  const other = mountedRecoveries.find((each) => each !== name);
  if (isRecovery && other !== undefined) {
    const message = `${displayName(memberId)} has the recovery database ${other} mounted, and a member can have one at a time; dismount or remove it first`;
    return impossible('recovery.occupied', message, true);
  }
  return once({ kind, name }, assessed);
}

function removal(assessed: Assessed): Assessment {
  const { database, order } = assessed;
  if (database === null) return DONE;
  if (!database.recovery) {
    const message = `${order.databaseName} is no recovery database, and only those are removed`;
    return impossible('database.not-recovery', message, false);
  }
  if (database.mounted === true) return once({ kind: 'dismount' }, assessed);
  return database.mounted === null ? WAIT : once({ kind: 'removeDatabase' }, assessed);
}

/** Looked at before the first object alone: from then on the client has the database in its hands. */
function restoring(assessed: Assessed, step: RestoreStepOf<'restoreBackup'>): Assessment {
  const { order, memberId, work } = assessed;
  if (work.clientStarted) return nextObject(assessed, step, null);
  return known(assessed, (database) => {
    const name = database.name;
    if (name !== order.databaseName)
      return impossible(
        'database.renamed',
        `the database ${database.guid} is named ${name} on ${displayName(memberId)}, the order says ${order.databaseName}`,
        true,
      );
    if (database.activeMember !== memberId)
      return impossible(
        'database.moved',
        `the active copy of ${name} is on ${displayName(database.activeMember)}, and only there it can be restored`,
        true,
      );
    if (database.backupInProgress === true)
      return impossible('backup.in-progress', `a backup of ${name} is in progress`, true);
    if (database.mounted !== false)
      return impossible('database.mounted', `${name} is not dismounted, so its files cannot be written`, true);
    if (database.allowFileRestore !== true)
      return impossible('restore.not-allowed', `Exchange does not allow the files of ${name} to be overwritten`, true);
    return nextObject(assessed, step, null);
  });
}

function nextObject(
  { work }: Assessed,
  { objects }: { readonly objects: readonly RestoreObject[] },
  folder: string | null,
): Assessment {
  const index = work.objectsDone;
  const object = objects[index];
  if (object === undefined) return DONE;
  return { kind: 'todo', change: { kind: 'runClient', object, index, isLast: index === objects.length - 1, folder } };
}

function copyOn(database: ReportedDatabase, member: string): ReportedCopy | undefined {
  return database.copies.find((copy) => copy.member === member);
}

function noCopy({ name }: ReportedDatabase, member: string): Assessment {
  return impossible('copy.missing', `${name} has no copy on ${displayName(member)}`, false);
}

function impossible(type: string, message: string, retryable: boolean): Assessment {
  return { kind: 'impossible', failure: failure(type, message, { retryable }) };
}
