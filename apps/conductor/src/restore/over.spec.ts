import { describe, expect, it } from '@jest/globals';
import { ExitCode, failure } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed, failing, until } from '../testing/restore-courses.js';
import { liveSteps } from './restore.state.js';

describe('a database is restored over itself', () => {
  it('step by step, each after a look, and ends with every copy made anew', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database).settle();
    expect(bench.steps('MBX01')).toEqual([
      'suspendCopy ex02',
      'suspendCopy ex03',
      'dismount',
      'allowFileRestore',
      'restoreBackup',
      'mount',
      'forbidFileRestore',
      'reseedCopy ex02',
      'reseedCopy ex03',
    ]);
    expect(bench.run()).toMatchObject({ status: 'completed', exitCode: ExitCode.done });
    expect(bench.run().reason).toContain('take a full backup now');
    expect([...database.copies.values()].map(({ content, suspended }) => [content, suspended])).toEqual([
      ['restored', false],
      ['restored', false],
      ['restored', false],
    ]);
    expect(database).toMatchObject({ mounted: true, allow: false });
    expect(bench.task('MBX01').steps[0]?.purpose).toBe('look');
  });

  it('is not touched where it is mounted and that is not confirmed', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.request({ databases: ['MBX01'] });
    expect(bench.run()).toMatchObject({ status: 'failed', exitCode: ExitCode.usage });
    expect(bench.run().reason).toContain('confirm MBX01');
    expect(bench.live()).toEqual([]);
  });

  it('needs no confirmation where it is dismounted; an undo then does not mount it', () => {
    const bench = new RestoreBench();
    const database = bench.database(1, undefined, { mounted: false });
    bench.request({ databases: ['mbx01'] });
    failing(bench, 'allowFileRestore', false);
    expect(bench.task('MBX01')).toMatchObject({ status: 'failed' });
    expect(database.mounted).toBe(false);
    expect([...database.copies.values()].every(({ suspended }) => !suspended)).toBe(true);
  });

  it('is restored where it is active after a failover between two steps', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    const [suspend] = [until(bench, 'suspendCopy')];
    bench.failover(database, 'ex03');
    bench.carryOut(suspend);
    bench.settle();
    expect(bench.run().status).toBe('completed');
    expect(database.active).toBe('ex03');
    expect(bench.steps('MBX01')).toContain('suspendCopy ex01');
    expect([...database.copies.values()].every(({ content }) => content === 'restored')).toBe(true);
  });

  it('is restored from the beginning where it moved in the middle of the restore', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    const restore = until(bench, 'restoreBackup');
    database.copies.get('ex01')!.content = 'half';
    database.active = 'ex02';
    bench.end(restore, { outcome: 'failed', failure: failure('database.moved', 'moved', { retryable: true }) });
    bench.settle();
    expect(bench.run().status).toBe('completed');
    expect([...database.copies.values()].every(({ content }) => content === 'restored')).toBe(true);
  });

  it('is restored again where it is active when it moved after the restore and before it was mounted', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    const mount = until(bench, 'mount');
    database.active = 'ex03';
    bench.carryOut(mount);
    bench.settle();
    expect(bench.run().status).toBe('completed');
    expect(bench.steps('MBX01').filter((step) => step === 'restoreBackup')).toHaveLength(2);
    expect([...database.copies.values()].every(({ content }) => content === 'restored')).toBe(true);
  });

  it('takes a full of what was restored where that was asked for', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'], fullAfter: 'take' }).settle();
    const full = bench.history.find((event) => event.type === 'RunRequested');
    expect(full).toMatchObject({ order: { backupType: 'full', databases: [bench.task('MBX01').databaseGuid] } });
  });
});

describe('who may speak of a step', () => {
  it('only its own member, and only while it lives', () => {
    const bench = new RestoreBench();
    confirmed(bench, bench.database(1));
    const [look] = bench.live();
    if (!look) throw new Error('no look was ordered');
    bench.end(look, { member: 'ex03' });
    expect(bench.live()).toHaveLength(1);
    bench.carryOut(look);
    const before = bench.history.length;
    bench.end(look, { outcome: 'failed' });
    expect(bench.history.length).toBe(before);
    expect(liveSteps(bench.task('MBX01'))).toHaveLength(1);
  });
});
