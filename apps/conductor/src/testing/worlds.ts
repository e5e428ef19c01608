import {
  failure,
  type CopyView,
  type DatabaseKind,
  type DatabaseView,
  type InventorySnapshot,
  type MemberView,
} from '#contracts';
import { RESTORE_SETTINGS } from '../restore/settings.js';
import type { Settings } from '../domain/settings.js';
import { worldFromSnapshot, type World } from '../domain/world.js';

export const SETTINGS: Settings = {
  parallelPerMember: 1,
  parallelInAll: null,
  parallelPerDag: null,
  parallelPerSite: null,
  parallelPerStorageServer: null,
  parallelPerVolume: 1,
  defaultWindow: null,
  startGapMs: 0,
  queueLimits: { copyQueueLogsMax: 100, replayQueueLogsMax: 500 },
  leaseMs: 20_000,
  leaseMarginMs: 2_000,
  dispatchTimeoutMs: 10_000,
  silentAfterMs: 8_000,
  waitLimitMs: 600_000,
  runDeadlineMs: 3_600_000,
  retryLimit: 2,
  backoffMs: 5_000,
  backoffMaxMs: 60_000,
  attemptLimit: 20,
  observationMaxAgeMs: 300_000,
  restore: RESTORE_SETTINGS,
};

export const CLIENT_FAILED = failure('client.failed', 'tdpexcc ended with 1', { retryable: true });

export function memberView(name: string, changes: Partial<MemberView> = {}): MemberView {
  return {
    id: name.toLowerCase(),
    name,
    dag: 'dag1',
    site: null,
    storageServer: null,
    exchangeVersion: '15.2',
    client: { installed: true, version: '8.1.0.0' },
    agent: { state: 'alive', version: '1', reportAgeMs: 0 },
    warnings: [],
    ...changes,
  };
}

export const FOUR_MEMBERS = ['EX01', 'EX02', 'EX03', 'EX04'].map((name) => memberView(name));

export function copyView(member: string, changes: Partial<CopyView> = {}): CopyView {
  return {
    member,
    role: 'passive',
    status: 'Healthy',
    activationPreference: 1,
    replayLagMs: 0,
    copyQueueLength: '0',
    replayQueueLength: '0',
    latestFullBackupAt: null,
    suspendComment: null,
    volume: null,
    observedBy: member,
    ageMs: 0,
    ...changes,
  };
}

/** A healthy database, active on the first of the members. */
export function databaseView(
  number: number,
  members: readonly string[],
  changes: Partial<DatabaseView> = {},
): DatabaseView {
  const kind: DatabaseKind = members.length > 1 ? 'dag' : 'standalone';
  return {
    guid: guidOf(number),
    name: `MBX${String(number).padStart(2, '0')}`,
    kind,
    dag: 'dag1',
    activeMember: members[0] ?? null,
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: '1000',
    lastFullBackupAt: null,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: members.map((member, index) =>
      copyView(member, {
        activationPreference: index + 1,
        ...(index === 0 ? { role: 'active' as const, status: 'Mounted' as const } : {}),
      }),
    ),
    ...changes,
  };
}

export function guidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export function worldOf(members: readonly MemberView[], databases: readonly DatabaseView[]): World {
  const snapshot: InventorySnapshot = {
    takenAt: '2026-01-01T00:00:00Z',
    dags: [],
    members,
    databases,
    missingMembers: [],
  };
  return worldFromSnapshot(snapshot);
}

/** The database as it is after its active copy moved. */
export function movedTo(database: DatabaseView, member: string): DatabaseView {
  return {
    ...database,
    activeMember: member,
    copies: database.copies.map((copy) =>
      copy.member === member
        ? { ...copy, role: 'active', status: 'Mounted' }
        : copy.role === 'active'
          ? { ...copy, role: 'passive', status: 'Healthy' }
          : copy,
    ),
  };
}
