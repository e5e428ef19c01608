import { type ReportedDatabase, type StartBackup } from '#contracts';

export const MEMBER = 'ex01';
export const GUID = '5f0c0b7e-0d5d-4f5c-9c55-1f2a3b4c5d6e';
export const RUN_ID = '11111111-1111-4111-8111-111111111111';

export function database(changes: Partial<ReportedDatabase> = {}): ReportedDatabase {
  const active = changes.activeMember === undefined ? 'ex02' : changes.activeMember;
  return {
    guid: GUID,
    name: 'MBDB01',
    recovery: false,
    publicFolder: false,
    activeMember: active,
    mounted: true,
    backupInProgress: false,
    circularLogging: false,
    sizeBytes: '1000',
    lastFullBackupAt: '2026-01-31T20:00:00.000Z',
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: ['ex01', 'ex02'].map((member) => ({
      member,
      active: member === active,
      status: member === active ? ('Mounted' as const) : ('Healthy' as const),
      activationPreference: 1,
      replayLagMs: 0,
      copyQueueLength: '0',
      replayQueueLength: '0',
      latestFullBackupAt: '2026-01-31T20:00:00.000Z',
      suspendComment: null,
      volume: null,
    })),
    ...changes,
  };
}

export function order(changes: Partial<StartBackup> = {}): StartBackup {
  const attempt = changes.attempt ?? 1;
  return {
    runId: RUN_ID,
    taskId: `${GUID}/1`,
    attemptId: `a${attempt}`,
    attempt,
    epoch: 1,
    databaseGuid: GUID,
    databaseName: 'MBDB01',
    backupType: 'full',
    expectedRole: 'passive',
    leaseMs: 10_000,
    ...changes,
  };
}

/** What a backup that ended well leaves in Exchange. */
export const MOVED_HEADER = { lastFullBackupAt: '2026-02-01T21:00:00.000Z' };
