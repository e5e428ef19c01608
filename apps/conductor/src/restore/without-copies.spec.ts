import { describe, expect, it } from '@jest/globals';
import { ExitCode, type RestoreRequest } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import type { SimDatabase } from '../testing/sim-databases.js';
import { isWhole, until } from '../testing/restore-courses.js';

const REQUEST: RestoreRequest = { databases: ['MBX01'], confirm: ['MBX01'] };
const WITHOUT_EX03: RestoreRequest = { ...REQUEST, withoutCopiesOn: ['ex03'] };

function withEx03Down(): { readonly bench: RestoreBench; readonly database: SimDatabase } {
  const bench = new RestoreBench();
  const database = bench.database(1);
  bench.down.add('ex03');
  bench.silent.add('ex03');
  return { bench, database };
}

describe('a copy on a server that is away', () => {
  it('refuses the restore, and the refusal says how to do without it', () => {
    const { bench } = withEx03Down();
    bench.request(REQUEST);
    expect(bench.run()).toMatchObject({ status: 'failed', exitCode: ExitCode.usage });
    expect(bench.run().reason).toContain('the copy of MBX01 on EX03 is ServiceDown');
    expect(bench.run().reason).toContain('--without-copies-on');
  });

  it('is left out where the request allows that: everything else is restored, and the run ends with a warning', () => {
    const { bench, database } = withEx03Down();
    bench.request(WITHOUT_EX03).settle();
    expect(bench.steps('MBX01').filter((step) => step.endsWith('ex03'))).toEqual([]);
    expect(bench.run()).toMatchObject({ status: 'completed', exitCode: ExitCode.warnings });
    expect(bench.run().reason).toContain('1 of them without a copy');
    expect(bench.run().warnings.join()).toContain('the copy on EX03 is ServiceDown and left out');
    expect(bench.task('MBX01').reason).toContain('left out, and to be reseeded by hand: the copy on EX03');
    expect(['ex01', 'ex02'].map((member) => database.copies.get(member)?.content)).toEqual(['restored', 'restored']);
    expect(database).toMatchObject({ mounted: true, allow: false });
  });

  it('has an alarm with the commands that make it anew, until a person acknowledges it', () => {
    const { bench } = withEx03Down();
    bench.request(WITHOUT_EX03).settle();
    const [alarm] = [...bench.run().alarms.values()];
    expect(alarm).toMatchObject({
      kind: 'attention',
      commands: [
        `EX01: Suspend-MailboxDatabaseCopy 'MBX01\\EX03' -SuspendComment 'restore ${bench.run().runId}' -Confirm:$false`,
        "EX01: Update-MailboxDatabaseCopy 'MBX01\\EX03' -DeleteExistingFiles -Force -Confirm:$false",
        "EX01: Get-MailboxDatabaseCopyStatus -Identity 'MBX01'",
      ],
    });
    expect(bench.task('MBX01').remainingCommands).toEqual(alarm?.commands);
    bench.restart();
    bench.when({ type: 'AlarmAcknowledged', alarmId: alarm?.alarmId ?? '', by: 'admin', note: null });
    expect(bench.state.restores.size).toBe(0);
  });

  it.each(['suspendCopy', 'dismount', 'restoreBackup', 'mount', 'reseedCopy'] as const)(
    'is treated like any other when its server is back before the end: at %s',
    (kind) => {
      const { bench, database } = withEx03Down();
      bench.request(WITHOUT_EX03);
      until(bench, kind);
      bench.down.clear();
      bench.silent.clear();
      bench.settle();
      expect(bench.run()).toMatchObject({ status: 'completed', exitCode: ExitCode.done });
      expect(isWhole(database)).toBe(true);
      expect(bench.steps('MBX01')).toContain('reseedCopy ex03');
      expect(bench.run().alarms.size).toBe(0);
    },
  );

  it('is suspended first when it is back and still looks Healthy: with what it held before, it would be left alone', () => {
    const { bench } = withEx03Down();
    bench.request(WITHOUT_EX03);
    const last = until(bench, 'forbidFileRestore');
    const seen = bench.task('MBX01').observed;
    if (!seen) throw new Error('nothing was seen of the database');
    bench.effectOf(last);
    bench.silent.clear();
    const copies = seen.copies.map((copy) => (copy.member === 'ex03' ? { ...copy, status: 'Healthy' as const } : copy));
    bench.end(last, { observed: { ...seen, allowFileRestore: false, copies } });
    expect(bench.live().map(({ step }) => step)).toMatchObject([
      { kind: 'reseedCopy', copyMember: 'ex02' },
      { kind: 'suspendCopy', copyMember: 'ex03' },
    ]);
  });

  it('that goes away in the middle of the restore is left out as well, whatever was done with it', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.request(WITHOUT_EX03);
    until(bench, 'restoreBackup');
    bench.down.add('ex03');
    bench.silent.add('ex03');
    bench.settle();
    expect(bench.run()).toMatchObject({ status: 'completed', exitCode: ExitCode.warnings });
  });

  it('is left out of the undo, too', () => {
    const { bench, database } = withEx03Down();
    bench.request(WITHOUT_EX03);
    until(bench, 'allowFileRestore');
    bench.when({ type: 'CancelRequested', runId: bench.run().runId, requestedBy: null });
    bench.settle();
    expect(bench.run()).toMatchObject({ status: 'cancelled' });
    expect(bench.run().alarms.size).toBe(0);
    expect(database).toMatchObject({ mounted: true, allow: false });
  });
});

describe('leaving copies out is refused', () => {
  it.each<readonly [RestoreRequest, string]>([
    [{ ...REQUEST, withoutCopiesOn: ['ex01'] }, 'MBX01 is active on EX01, and the active copy cannot be left out'],
    [{ ...REQUEST, withoutCopiesOn: ['ex09'] }, 'knows no member EX09 whose copies could be left out'],
    [{ databases: ['MBX01'], to: { kind: 'recovery' }, withoutCopiesOn: ['ex03'] }, 'nothing has copies that could'],
  ])('%j', (request, reason) => {
    const { bench } = withEx03Down();
    bench.request(request);
    expect(bench.run()).toMatchObject({ status: 'failed', exitCode: ExitCode.usage });
    expect(bench.run().reason).toContain(reason);
  });
});
