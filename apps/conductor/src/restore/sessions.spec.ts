import { describe, expect, it } from '@jest/globals';
import type { BackupRequest, RestoreRequest } from '#contracts';
import type { Settings } from '../domain/settings.js';
import { MEMBERS, RestoreBench } from '../testing/restore-bench.js';
import type { SimDatabase } from '../testing/sim-databases.js';
import { SETTINGS } from '../testing/worlds.js';
import { maintenanceView } from '../domain/maintenance/maintenance-view.js';

const BACKUP_RUN = '33333333-3333-4333-8333-333333333333';

/** Two databases active on EX01 and one on EX02, both members before one storage server. */
function given(changes: Partial<Settings> = {}): {
  readonly bench: RestoreBench;
  readonly one: SimDatabase;
  readonly two: SimDatabase;
} {
  const bench = new RestoreBench(MEMBERS, { ...SETTINGS, parallelPerVolume: null, ...changes });
  const one = bench.database(1, ['ex01', 'ex02']);
  const two = bench.database(2, ['ex01', 'ex02']);
  bench.database(3, ['ex02', 'ex01']);
  for (const member of MEMBERS) bench.memberChanges.set(member, { storageServer: 'SP1' });
  return { bench, one, two };
}

function backup(bench: RestoreBench, request: BackupRequest): void {
  bench.when({
    type: 'BackupRequested',
    runId: BACKUP_RUN,
    requestId: 'b',
    request: { copyPreference: 'activeOnly', ...request },
  });
  bench.when({ type: 'SnapshotCollected', runId: BACKUP_RUN, missingMembers: [] });
}

function restore(bench: RestoreBench, request: RestoreRequest): void {
  bench.request({ ...request, confirm: request.databases ?? [] });
}

function endBackup(bench: RestoreBench, { guid }: SimDatabase, outcome: 'succeeded' | 'stopped' = 'succeeded'): void {
  const live = bench.state.liveByDatabase.get(guid);
  if (!live) throw new Error('no backup runs');
  bench.when({ type: 'AttemptEnded', attemptId: live.attemptId, member: live.member, outcome, bytes: '1' });
}

describe('backups and restores share what limits count', () => {
  it('a restore waits for the backup of another database on its member, and then goes before the next one', () => {
    const { bench, one, two } = given();
    backup(bench, { databases: ['MBX01', 'MBX02'] });
    const [first, second] = bench.state.liveByDatabase.has(one.guid) ? [one, two] : [two, one];
    restore(bench, { databases: [second.name] });
    expect(bench.task(second.name)).toMatchObject({
      status: 'waiting',
      blockedBy: 'member-busy',
      reason: 'waits for its turn on EX01',
    });
    endBackup(bench, first);
    expect(bench.task(second.name).status).toBe('restoring');
    expect(bench.state.liveByDatabase.isEmpty()).toBe(true);
  });

  it('a backup waits for the restores on its member, is told why, and goes on when they have their users back', () => {
    const { bench, two } = given();
    restore(bench, { databases: ['MBX01'] });
    backup(bench, { databases: ['MBX02'] });
    const task = () => bench.state.runs.get(BACKUP_RUN)?.tasks.first();
    expect(task()?.blocked).toMatchObject({
      rule: 'member-limit',
      reason: '0 backups and 1 restores of 1 at once run on EX01',
    });
    for (let round = 0; round < 100 && bench.task('MBX01').status === 'restoring'; round += 1) {
      for (const step of bench.live()) bench.carryOut(step);
      if (bench.task('MBX01').status === 'restoring') expect(bench.state.liveByDatabase.isEmpty()).toBe(true);
      bench.after(1_000);
    }
    expect(bench.state.liveByDatabase.has(two.guid)).toBe(true);
  });

  it('a backup goes on where a failed restore has given its place back, without a tick', () => {
    const { bench, two } = given();
    restore(bench, { databases: ['MBX01'] });
    backup(bench, { databases: ['MBX02'] });
    bench.when({ type: 'CancelRequested', runId: bench.run().runId, requestedBy: null });
    for (const step of bench.live()) bench.carryOut(step);
    expect(bench.run().status).toBe('cancelled');
    expect(bench.state.liveByDatabase.has(two.guid)).toBe(true);
  });

  it('the storage server has its sessions for both together', () => {
    const { bench } = given({ parallelPerStorageServer: 1, parallelPerMember: 5 });
    backup(bench, { databases: ['MBX01'] });
    restore(bench, { databases: ['MBX03'] });
    expect(bench.task('MBX03')).toMatchObject({ status: 'waiting', blockedBy: 'storage-sessions' });
    const other = given({ parallelPerStorageServer: 2, parallelPerMember: 5 });
    backup(other.bench, { databases: ['MBX01'] });
    restore(other.bench, { databases: ['MBX03'] });
    expect(other.bench.task('MBX03').status).toBe('restoring');
    backup(other.bench, { databases: ['MBX02'] });
    expect(other.bench.state.liveByDatabase.size).toBe(1);
  });

  it('the backup of the database itself is no hindrance: it ends, or is stopped, first', () => {
    const { bench, one } = given({ parallelPerStorageServer: 1 });
    backup(bench, { databases: ['MBX01'] });
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'], onRunningBackup: 'cancel' });
    expect(bench.task('MBX01')).toMatchObject({ status: 'restoring', blockedBy: 'backup-running' });
    expect(bench.live()).toEqual([]);
    endBackup(bench, one, 'stopped');
    bench.settle();
    expect(bench.run().status).toBe('completed');
  });

  it('a member that may restore more than it may back up does, and backs nothing up meanwhile', () => {
    const { bench } = given({ restore: { ...SETTINGS.restore, restoresPerMember: 2 } });
    restore(bench, { databases: ['MBX01', 'MBX02'] });
    expect(bench.run().tasks.every(({ status }) => status === 'restoring')).toBe(true);
    backup(bench, { databases: ['MBX03'], copyPreference: 'passiveOnly' });
    expect(bench.state.liveByDatabase.isEmpty()).toBe(true);
  });

  it('what is in use is shown for both together', () => {
    const { bench } = given({ parallelPerMember: 2 });
    backup(bench, { databases: ['MBX01'] });
    restore(bench, { databases: ['MBX02'] });
    const { inUse } = maintenanceView(bench.state, bench.world(), bench.settings, bench.nowMs);
    expect(inUse.filter(({ scope }) => scope === 'member' || scope === 'storageServer')).toMatchObject([
      { scope: 'member', name: 'ex01', used: 2 },
      { scope: 'storageServer', name: 'SP1', used: 2 },
    ]);
  });
});
