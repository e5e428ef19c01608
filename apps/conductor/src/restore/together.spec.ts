import { describe, expect, it } from '@jest/globals';
import { ExitCode, failure } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed } from '../testing/restore-courses.js';

const OTHER_RUN = '33333333-3333-4333-8333-333333333333';

describe('invariant 7: backups and restores of one database', () => {
  it('a restore waits for the backup that runs, and the backup asked for meanwhile for the restore', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    bench.when({ type: 'BackupRequested', runId: OTHER_RUN, requestId: 'b', request: {} });
    bench.when({ type: 'SnapshotCollected', runId: OTHER_RUN, missingMembers: [] });
    const backup = bench.state.liveByDatabase.get(database.guid);
    confirmed(bench, database);
    expect(bench.task('MBX01')).toMatchObject({ status: 'restoring', blockedBy: 'backup-running' });
    expect(bench.live()).toEqual([]);
    const third = '44444444-4444-4444-8444-444444444444';
    bench.when({ type: 'BackupRequested', runId: third, requestId: 'c', request: {} });
    bench.when({ type: 'SnapshotCollected', runId: third, missingMembers: [] });
    bench.when({
      type: 'AttemptEnded',
      attemptId: backup?.attemptId ?? '',
      member: backup?.member ?? '',
      outcome: 'succeeded',
      bytes: '1',
    });
    expect(bench.live().map(({ step }) => step.kind)).toEqual(['readState']);
    expect(bench.state.liveByDatabase.has(database.guid)).toBe(false);
    bench.settle();
    expect(bench.run().status).toBe('completed');
    bench.after(1_000);
    expect(bench.state.liveByDatabase.get(database.guid)).toMatchObject({ runId: third });
  });

  it('a restore that must not wait stops the backup first', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    bench.when({ type: 'BackupRequested', runId: OTHER_RUN, requestId: 'b', request: {} });
    bench.when({ type: 'SnapshotCollected', runId: OTHER_RUN, missingMembers: [] });
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'], onRunningBackup: 'cancel' });
    expect(bench.history.at(-2)).toMatchObject({ type: 'AttemptSuperseded', because: 'restore' });
    expect(bench.live()).toEqual([]);
    const backup = bench.state.liveByDatabase.get(database.guid);
    bench.when({
      type: 'AttemptEnded',
      attemptId: backup?.attemptId ?? '',
      member: backup?.member ?? '',
      outcome: 'stopped',
      bytes: '0',
    });
    bench.settle();
    expect(bench.run().status).toBe('completed');
  });

  it.each(['backup', 'restore'])(
    'asked for in the same moment, with the %s planned first, they take turns',
    (first) => {
      const bench = new RestoreBench();
      const database = bench.database(1);
      const restoreRun = '22222222-2222-4222-8222-222222222222';
      bench.when({ type: 'BackupRequested', runId: OTHER_RUN, requestId: 'b', request: {} });
      const request = { databases: ['MBX01'], confirm: ['MBX01'] };
      bench.when({ type: 'RestoreRequested', runId: restoreRun, requestId: 'r', request });
      const planBackup = () => bench.when({ type: 'SnapshotCollected', runId: OTHER_RUN, missingMembers: [] });
      const { backups } = bench;
      const planRestore = () =>
        bench.when({ type: 'RestoreCollected', runId: restoreRun, missingMembers: [], backups });
      for (const plan of first === 'backup' ? [planBackup, planRestore] : [planRestore, planBackup]) plan();
      let backedUp = 0;
      for (let round = 0; round < 100; round += 1) {
        const backup = bench.state.liveByDatabase.get(database.guid);
        const touched = bench.live().filter(({ purpose }) => purpose !== 'look');
        if (backup) {
          expect(touched).toEqual([]);
          const { attemptId, member } = backup;
          bench.when({ type: 'AttemptEnded', attemptId, member, outcome: 'succeeded', bytes: '1' });
          backedUp += 1;
        }
        for (const step of bench.live()) bench.carryOut(step);
        bench.after(1_000);
      }
      expect([backedUp, bench.run().status]).toEqual([1, 'completed']);
    },
  );

  it('two restores of one database take turns', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'] }, OTHER_RUN);
    expect(bench.task('MBX01', OTHER_RUN)).toMatchObject({ status: 'waiting', blockedBy: 'restore-running' });
    bench.settle(400);
    expect(bench.run().status).toBe('completed');
    expect(bench.run(OTHER_RUN).status).toBe('completed');
  });
});

describe('many at once', () => {
  it('go to the members where they are active, the longest first, and one that fails stops no other', () => {
    const bench = new RestoreBench();
    const databases = [1, 2, 3, 4].map((number) =>
      bench.database(number, number % 2 === 0 ? ['ex02', 'ex01'] : ['ex01', 'ex02'], { sizeBytes: number * 1_000 }),
    );
    confirmed(bench, ...databases);
    const atWork = [...bench.run().tasks.values()].filter(({ status }) => status === 'restoring');
    expect(atWork.map(({ databaseName }) => databaseName)).toEqual(['MBX04', 'MBX03']);
    for (let round = 0; round < 150; round += 1) {
      for (const step of bench.live()) {
        if (step.databaseName === 'MBX03' && step.step.kind === 'dismount')
          bench.end(step, { outcome: 'failed', failure: failure('x', 'no', { retryable: false }) });
        else bench.carryOut(step);
      }
      bench.after(1_000);
    }
    const ends = bench.run().tasks.map(({ status }) => status);
    expect(ends.get(databases[2]?.guid ?? '')).toBe('failed');
    expect(ends.count((status) => status === 'succeeded')).toBe(3);
    expect(bench.run()).toMatchObject({ status: 'completedWithErrors', exitCode: ExitCode.failed });
  });

  it('reseeding is a stage of its own: the next restore begins meanwhile, and few copies are made at once', () => {
    const bench = new RestoreBench();
    const databases = [1, 2].map((number) => bench.database(number, ['ex01', 'ex02', 'ex03']));
    confirmed(bench, ...databases);
    let reseedsMax = 0;
    let overlapped = false;
    for (let round = 0; round < 80; round += 1) {
      const live = bench.live();
      const reseeds = live.filter(({ step }) => step.kind === 'reseedCopy');
      reseedsMax = Math.max(reseedsMax, reseeds.length);
      overlapped ||= reseeds.length > 0 && live.length > reseeds.length;
      // Reseeds take their time, so that other steps are seen beside them.
      for (const step of live) if (step.step.kind !== 'reseedCopy' || round % 5 === 4) bench.carryOut(step);
      bench.after(1_000);
    }
    expect(bench.run().status).toBe('completed');
    expect(overlapped).toBe(true);
    expect(reseedsMax).toBe(bench.settings.restore.reseedsPerMember);
  });
});
