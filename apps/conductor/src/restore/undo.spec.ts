import { describe, expect, it } from '@jest/globals';
import { ExitCode, failure, type RestoreStepKind } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed, failing, isAsBefore, until } from '../testing/restore-courses.js';

describe('what was done is undone', () => {
  it.each<RestoreStepKind>(['suspendCopy', 'dismount', 'allowFileRestore'])('when %s fails for good', (kind) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    failing(bench, kind, false);
    expect(bench.task('MBX01')).toMatchObject({ status: 'failed' });
    expect(bench.task('MBX01').reason).toContain(kind === 'suspendCopy' ? 'no luck' : 'as it was before');
    expect(bench.run().exitCode).toBe(ExitCode.failed);
    expect(isAsBefore(database)).toBe(true);
    expect(bench.run().alarms.size).toBe(0);
  });

  it('when the client fails without having written, in reverse', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    failing(bench, 'restoreBackup', false);
    expect(isAsBefore(database)).toBe(true);
    expect(bench.steps('MBX01').slice(-4)).toEqual([
      'forbidFileRestore',
      'mount',
      'resumeCopy ex02',
      'resumeCopy ex03',
    ]);
  });

  it('when it is cancelled before files were written; afterwards it goes on to its end', () => {
    const cancel = {
      type: 'CancelRequested',
      runId: '22222222-2222-4222-8222-222222222222',
      requestedBy: 'admin',
    } as const;
    const early = new RestoreBench();
    const one = early.database(1);
    confirmed(early, one);
    until(early, 'allowFileRestore');
    early.when(cancel);
    early.settle();
    expect(early.run()).toMatchObject({ status: 'cancelled', exitCode: ExitCode.cancelled });
    expect(isAsBefore(one)).toBe(true);
    const late = new RestoreBench();
    confirmed(late, late.database(1));
    until(late, 'restoreBackup');
    late.when(cancel);
    late.settle();
    expect(late.run()).toMatchObject({ status: 'completed', exitCode: ExitCode.done });
  });

  it('as far as it can be: a step of the undo that fails does not keep the next from being taken', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    for (let round = 0; round < 80; round += 1) {
      for (const step of bench.live()) {
        const fails = step.step.kind === 'restoreBackup' || (step.purpose === 'undo' && step.step.kind === 'mount');
        if (fails)
          bench.end(step, {
            outcome: 'failed',
            wrote: false,
            failure: failure('client.failed', 'no luck', { retryable: true }),
          });
        else bench.carryOut(step);
      }
      bench.after(5_000);
    }
    expect([...database.copies.values()].every(({ suspended }) => !suspended)).toBe(true);
    expect(bench.task('MBX01').status).toBe('needsAttention');
    expect(bench.task('MBX01').remainingCommands).toContain("EX01: Mount-Database 'MBX01' -Confirm:$false");
  });
});
