import { type BackupView, type CopyStatus, type DatabaseView, type RestoreStep } from '#contracts';
import type { Observation } from '../restore/observation.js';
import { copyView } from './worlds.js';

/** What a copy's files hold: `half` cannot be mounted. */
export type Content = 'old' | 'restored' | 'half';

export interface SimCopy {
  content: Content;
  comment: string | null;
  suspended: boolean;
}

export interface SimDatabase {
  readonly guid: string;
  readonly name: string;
  readonly recovery: boolean;
  active: string;
  mounted: boolean;
  allow: boolean;
  readonly copies: Map<string, SimCopy>;
  sizeBytes: number;
  readonly edbPath?: string;
}

export function changeDatabase(database: SimDatabase, step: RestoreStep, member: string): string | undefined {
  const copy = 'copyMember' in step ? database.copies.get(step.copyMember) : undefined;
  const active = database.copies.get(database.active);
  if (!active) return 'the active copy is missing';
  switch (step.kind) {
    case 'suspendCopy':
      if (!copy || step.copyMember === database.active) return 'only a passive copy can be suspended';
      if (!copy.suspended) copy.comment = step.comment;
      copy.suspended = true;
      return undefined;
    case 'resumeCopy':
      if (copy?.comment === step.comment) {
        copy.comment = null;
        copy.suspended = false;
      }
      return undefined;
    case 'reseedCopy':
      if (!copy || step.copyMember === database.active) return 'only a passive copy can be reseeded';
      if (!database.mounted) return 'the database is not mounted';
      copy.content = active.content;
      copy.comment = null;
      copy.suspended = false;
      return undefined;
    case 'dismount':
      database.mounted = false;
      return undefined;
    case 'mount':
      if (active.content === 'half') return 'the files are not complete';
      database.mounted = true;
      return undefined;
    case 'allowFileRestore':
      database.allow = true;
      return undefined;
    case 'forbidFileRestore':
      database.allow = false;
      return undefined;
    case 'moveActive':
      if (database.copies.get(step.toMember)?.suspended !== false) return 'a suspended copy cannot be activated';
      database.active = step.toMember;
      return undefined;
    case 'restoreBackup':
      if (database.active !== member) return `it is active on ${database.active}`;
      if (database.mounted || !database.allow) return 'it is mounted, or does not allow it';
      active.content = 'restored';
      return undefined;
    default:
      return undefined;
  }
}

export function observe(database: SimDatabase, down: ReadonlySet<string>): Observation {
  const { copies } = viewOf(database, down);
  return {
    guid: database.guid,
    activeMember: database.active,
    mounted: database.mounted,
    allowFileRestore: database.allow,
    backupInProgress: false,
    copies: copies.map(({ member, status, suspendComment }) => ({ member, status, suspendComment })),
  };
}

export function viewOf(database: SimDatabase, down: ReadonlySet<string>): DatabaseView {
  const { guid, name, recovery, active, mounted, allow, copies, sizeBytes } = database;
  return {
    guid,
    name,
    kind: recovery ? 'recovery' : copies.size > 1 ? 'dag' : 'standalone',
    dag: 'dag1',
    activeMember: active,
    mounted,
    allowFileRestore: allow,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: String(sizeBytes),
    edbPath: database.edbPath ?? null,
    lastFullBackupAt: null,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: [...copies].map(([member, copy]) =>
      copyView(member, {
        role: member === active ? 'active' : 'passive',
        status: down.has(member) ? 'ServiceDown' : statusOf(database, member, copy),
        suspendComment: copy.comment,
      }),
    ),
  };
}

function statusOf({ active, mounted, copies }: SimDatabase, member: string, copy: SimCopy): CopyStatus {
  if (member === active) return mounted ? 'Mounted' : 'Dismounted';
  if (copy.suspended) return 'Suspended';
  return copy.content === copies.get(active)?.content ? 'Healthy' : 'Failed';
}

/** A full from before, as a client lists it. */
export function fullOf(
  { guid, name, sizeBytes }: Pick<SimDatabase, 'guid' | 'name' | 'sizeBytes'>,
  changes: Partial<BackupView> = {},
): BackupView {
  const id = `${name}/20260101000000`;
  return {
    id,
    databaseName: name,
    databaseGuid: guid,
    backupType: 'full',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: null,
    sizeBytes: String(sizeBytes),
    objectName: '20260101000000',
    sourceMember: 'ex01',
    node: 'DAG1',
    location: 'server',
    active: true,
    fullId: id,
    origin: 'client',
    runId: null,
    attemptId: null,
    listedBy: [],
    ...changes,
  };
}
