import type { BackupType, CopyView, DatabaseView } from '#contracts';
import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './index.js';

const FULL_AT = '2026-01-30T22:00:00Z';
const DAY_MS = 24 * 60 * 60 * 1_000;

const copy: CopyView = {
  member: 'ex02',
  role: 'passive',
  status: 'Healthy',
  activationPreference: 2,
  replayLagMs: 0,
  copyQueueLength: '0',
  replayQueueLength: '0',
  latestFullBackupAt: FULL_AT,
  suspendComment: null,
  volume: null,
  observedBy: 'ex02',
  ageMs: 0,
};

const database: DatabaseView = {
  guid: '00000000-0000-4000-8000-000000000001',
  name: 'MBX01',
  kind: 'dag',
  dag: 'dag1',
  activeMember: 'ex01',
  mounted: true,
  backupInProgress: false,
  circularLogging: false,
  sizeBytes: '1000',
  lastFullBackupAt: FULL_AT,
  lastIncrementalBackupAt: null,
  lastDifferentialBackupAt: null,
  lastCopyBackupAt: null,
  copies: [copy],
};

const active: Partial<CopyView> = { role: 'active', status: 'Mounted' };

function refusal(
  ofDatabase: Partial<DatabaseView>,
  ofCopy: Partial<CopyView>,
  backupType: BackupType = 'full',
): string | null {
  const found = refusalOf({
    database: { ...database, ...ofDatabase },
    copy: { ...copy, ...ofCopy },
    backupType,
    queueLimits: { copyQueueLogsMax: 10, replayQueueLogsMax: 50 },
  });
  return found && `${found.rule} ${found.kind}`;
}

describe('a copy may be backed up', () => {
  it.each<[string, Partial<DatabaseView>, Partial<CopyView>, BackupType]>([
    ['a healthy passive copy', {}, {}, 'full'],
    ['a mounted active copy', {}, active, 'full'],
    ['an active copy, whatever lag is written on it', {}, { ...active, replayLagMs: null }, 'full'],
    ['the first full backup of a database', { lastFullBackupAt: null }, { latestFullBackupAt: null }, 'full'],
    ['an incremental of a passive copy that knows the last full one', {}, {}, 'incremental'],
    ['a differential of the active copy', {}, { ...active, latestFullBackupAt: null }, 'differential'],
    ['a copy as far behind as it may be', {}, { copyQueueLength: '10', replayQueueLength: '50' }, 'full'],
    ['a Healthy copy whose queues nobody knows', {}, { copyQueueLength: null, replayQueueLength: null }, 'full'],
    [
      'an active copy, whatever queues are written on it',
      {},
      { ...active, copyQueueLength: '99', replayQueueLength: '99' },
      'full',
    ],
    ['a full with circular logging', { circularLogging: true }, {}, 'full'],
  ])('%s', (_, ofDatabase, ofCopy, backupType) => {
    expect(refusal(ofDatabase, ofCopy, backupType)).toBeNull();
  });
});

describe('a copy must not be backed up', () => {
  it.each<[string, string, Partial<DatabaseView>, Partial<CopyView>, BackupType]>([
    ['recovery-database impossible', 'of a recovery database', { kind: 'recovery' }, active, 'full'],
    ['not-lagged impossible', 'lagged, though Healthy', {}, { replayLagMs: 7 * DAY_MS }, 'full'],
    ['not-lagged waiting', 'whose lag is not known', {}, { replayLagMs: null }, 'full'],
    ['active-mounted waiting', 'of a dismounted database', { mounted: false }, {}, 'full'],
    ['active-mounted waiting', 'of a database not known to be mounted', { mounted: null }, {}, 'full'],
    ['active-mounted waiting', 'of a database active nobody knows where', { activeMember: null }, {}, 'full'],
    ['copy-status waiting', 'that is not Healthy', {}, { status: 'DisconnectedAndHealthy' }, 'full'],
    ['copy-status waiting', 'active, but not Mounted', {}, { role: 'active', status: 'Healthy' }, 'full'],
    ['copy-status waiting', 'whose status is not known', {}, { status: 'Unknown' }, 'full'],
    ['copy-queue waiting', 'that lacks more logs than it may', {}, { copyQueueLength: '11' }, 'full'],
    ['replay-queue waiting', 'that has more logs to replay than it may', {}, { replayQueueLength: '51' }, 'full'],
    ['copy-queue waiting', 'whose queue is absurd', {}, { copyQueueLength: '9223372036854775766' }, 'full'],
    [
      'copy-status waiting',
      'dead, with an absurd queue',
      {},
      { status: 'ServiceDown', copyQueueLength: '9223372036854775766' },
      'full',
    ],
    ['no-backup-in-progress waiting', 'while another backup holds the lock', { backupInProgress: true }, {}, 'copy'],
    ['no-backup-in-progress waiting', 'while the lock is not known', { backupInProgress: null }, {}, 'full'],
    [
      'circular-logging impossible',
      'incrementally with circular logging',
      { circularLogging: true },
      {},
      'incremental',
    ],
    [
      'circular-logging waiting',
      'differentially while circular logging is not known',
      { circularLogging: null },
      {},
      'differential',
    ],
    ['chain-present impossible', 'incrementally before any full', { lastFullBackupAt: null }, {}, 'incremental'],
    [
      'chain-present waiting',
      'incrementally, passive and unaware of the last full',
      {},
      { latestFullBackupAt: null },
      'incremental',
    ],
  ])('%s: %s', (rule, _, ofDatabase, ofCopy, backupType) => {
    expect(refusal(ofDatabase, ofCopy, backupType)).toBe(rule);
  });
});
