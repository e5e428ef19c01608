import { describe, expect, it } from '@jest/globals';
import { ExitCode, failure } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { failing, isAsBefore, until } from '../testing/restore-courses.js';

const OTHER_RUN = '33333333-3333-4333-8333-333333333333';

describe('other targets', () => {
  it('a recovery database is created, filled and mounted, one at a time on a member, and removed when asked', () => {
    const bench = new RestoreBench(['ex01']);
    const databases = [1, 2].map((number) => bench.database(number, ['ex01']));
    bench.request({ databases: databases.map(({ name }) => name), to: { kind: 'recovery' } });
    for (let round = 0; round < 20; round += 1) {
      for (const step of bench.live()) bench.carryOut(step);
      bench.after(1_000);
    }
    expect(bench.task('MBX01')).toMatchObject({ status: 'succeeded' });
    expect(bench.task('MBX02')).toMatchObject({ status: 'waiting', blockedBy: 'recovery-database' });
    expect(databases.every(isAsBefore)).toBe(true);
    bench.request({ databases: ['MBX01'], to: { kind: 'removeRecovery' } }, OTHER_RUN).settle();
    expect(bench.run(OTHER_RUN).status).toBe('completed');
    expect(bench.run().status).toBe('completed');
  });

  it('a recovery database is removed again when its restore fails', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.request({ databases: ['MBX01'], to: { kind: 'recovery' } });
    failing(bench, 'restoreBackup', true);
    expect(bench.task('MBX01')).toMatchObject({ status: 'failed' });
    expect([...bench.databases.values()].some(({ recovery }) => recovery)).toBe(false);
  });

  it('a recovery database is not removed while it is being filled; one that somebody else removes ends its restore', () => {
    const bench = new RestoreBench(['ex01']);
    bench.database(1);
    bench.request({ databases: ['MBX01'], to: { kind: 'recovery' } });
    until(bench, 'restoreBackup');
    bench.request({ databases: ['MBX01'], to: { kind: 'removeRecovery' } }, OTHER_RUN);
    expect(bench.task('MBX01', OTHER_RUN)).toMatchObject({ status: 'waiting', blockedBy: 'restore-running' });
    bench.settle();
    expect([bench.run().status, bench.run(OTHER_RUN).status]).toEqual(['completed', 'completed']);

    const other = new RestoreBench(['ex01']);
    other.database(1);
    other.request({ databases: ['MBX01'], to: { kind: 'recovery' } });
    const allow = until(other, 'allowFileRestore');
    for (const [guid, { recovery }] of other.databases) if (recovery) other.databases.delete(guid);
    other.end(allow, { outcome: 'refused', failure: failure('database.missing', 'it is gone', { retryable: true }) });
    for (let round = 0; round < 30; round += 1) {
      for (const step of other.live()) {
        if (step.purpose === 'look') other.end(step, {});
        else other.carryOut(step);
      }
      other.after(1_000);
    }
    expect(other.task('MBX01')).toMatchObject({ status: 'failed' });
    expect(other.task('MBX01').reason).toContain('removed by somebody else');
    expect(other.task('MBX01').steps.length).toBeLessThan(15);
  });

  it('a recovery database that another restore has made meanwhile is not taken away by an undo', () => {
    for (const exists of [true, false]) {
      const bench = new RestoreBench(['ex01']);
      bench.database(1);
      bench.request({ databases: ['MBX01'], to: { kind: 'recovery' } });
      const lost = until(bench, 'createRecoveryDatabase');
      if (exists) bench.database(9, ['ex01'], { name: 'Recovery-MBX01', recovery: true });
      bench.when({ type: 'LeasesExpired', member: lost.member, attemptIds: [lost.stepId] });
      bench.after(5_000);
      const again = until(bench, 'createRecoveryDatabase');
      bench.end(again, { outcome: 'refused', failure: failure('database.exists', 'it exists', { retryable: false }) });
      bench.settle();
      expect(bench.task('MBX01')).toMatchObject({ status: 'failed' });
      expect(bench.task('MBX01').reason).toContain(exists ? 'was made by another restore' : 'nothing was created');
      expect([...bench.databases.values()].some(({ name }) => name === 'Recovery-MBX01')).toBe(exists);
    }
  });

  it('another server: the active copy is moved there first', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'], to: { kind: 'server', member: 'ex02' } }).settle();
    expect(bench.run().status).toBe('completed');
    expect(database.active).toBe('ex02');
    expect(bench.steps('MBX01')[0]).toBe('moveActive');
  });

  it('another server: a database without other copies is restored into a new one there, and stays as it is', () => {
    const bench = new RestoreBench();
    const database = bench.database(1, ['ex01']);
    bench.request({ databases: ['MBX01'], to: { kind: 'server', member: 'ex03' } }).settle();
    expect(bench.run().status).toBe('completed');
    expect(isAsBefore(database)).toBe(true);
    const made = [...bench.databases.values()].find(({ name }) => name === 'MBX01-EX03');
    expect(made).toMatchObject({ active: 'ex03', mounted: true, allow: false, recovery: false });
    expect(made?.copies.get('ex03')?.content).toBe('restored');
  });

  it('another database is overwritten, and the one whose backup it is stays as it is', () => {
    const bench = new RestoreBench();
    const [one, two] = [bench.database(1), bench.database(2)];
    bench.request({ databases: ['MBX01'], confirm: ['MBX02'], to: { kind: 'database', database: 'MBX02' } }).settle();
    expect(bench.run().status).toBe('completed');
    expect(isAsBefore(one)).toBe(true);
    expect([...two.copies.values()].every(({ content }) => content === 'restored')).toBe(true);
  });

  it('files go into a folder, and Exchange is not touched', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    bench.request({ databases: ['MBX01'], to: { kind: 'files', path: 'D:\\restore' } });
    expect(bench.live().map(({ step }) => step)).toMatchObject([
      { kind: 'restoreFiles', folder: 'D:\\restore\\MBX01' },
    ]);
    bench.settle();
    expect(bench.run().status).toBe('completed');
    expect(isAsBefore(database)).toBe(true);
  });
});

describe('a wrong request is refused as a whole, with everything that stands against it', () => {
  it.each([
    [{}, 'exactly one of'],
    [{ all: true, databases: ['MBX01'] }, 'exactly one of'],
    [{ databases: ['MBX99'] }, 'knows no database or DAG "MBX99"'],
    [{ databases: ['MBX01', 'MBX02'], to: { kind: 'database', database: 'MBX02' } }, 'exactly one database'],
    [{ databases: ['MBX01'], to: { kind: 'server', member: 'ex09' } }, 'no member EX09'],
    [{ databases: ['MBX01'], point: { kind: 'time', at: '2020-01-01T00:00:00Z' } }, 'not after 2020'],
    [{ all: true, point: { kind: 'backup', backupId: 'x' } }, 'one database'],
    [{ databases: ['MBX02'], confirm: ['MBX01'] }, 'confirm MBX02'],
  ] as const)('%j', (request, reason) => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.database(2);
    bench.request(request);
    expect(bench.run()).toMatchObject({ status: 'failed', exitCode: ExitCode.usage });
    expect(bench.run().reason).toContain(reason);
    expect(bench.live()).toEqual([]);
  });

  it('and names those who could not be asked, since they may have what is missing', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.memberChanges.set('ex02', { agent: { state: 'silent', version: '1', reportAgeMs: 600_000 } });
    bench.memberChanges.set('ex03', { agent: { state: 'never', version: null, reportAgeMs: null } });
    const runId = '22222222-2222-4222-8222-222222222222';
    bench.when({ type: 'RestoreRequested', runId, requestId: 'r', request: { databases: ['MBX99'] } });
    bench.when({ type: 'RestoreCollected', runId, missingMembers: ['ex02', 'ex03'], backups: bench.backups });
    expect(bench.run().reason.split('; ')).toEqual([
      'the inventory knows no database or DAG "MBX99"',
      'what EX02 has could not be learned since 1970-01-01T00:06:40.000Z: it did not report in time',
      'EX03 has never reported what it has',
    ]);
  });

  it('when the agent where it is active does not answer', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.silent.add('ex01');
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'] });
    expect(bench.run().reason).toContain('the agent of EX01 does not answer');
  });
});
