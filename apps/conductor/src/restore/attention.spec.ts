import { describe, expect, it } from '@jest/globals';
import { failure } from '#contracts';
import { RestoreBench } from '../testing/restore-bench.js';
import { confirmed, failing, isAsBefore, until } from '../testing/restore-courses.js';

describe('what cannot be undone', () => {
  it('has a standing alarm with the commands, until a person acknowledges it, also over a restart', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    failing(bench, 'restoreBackup', true);
    const task = bench.task('MBX01');
    expect(task.status).toBe('needsAttention');
    expect(task.remainingCommands.map((command) => command.split(' ').slice(0, 3).join(' '))).toEqual([
      'EX01: tdpexcc restore',
      "EX01: Mount-Database 'MBX01'",
      "EX01: Set-MailboxDatabase 'MBX01'",
      "EX01: Update-MailboxDatabaseCopy 'MBX01\\EX02'",
      "EX01: Update-MailboxDatabaseCopy 'MBX01\\EX03'",
      'EX01: Get-MailboxDatabaseCopyStatus -Identity',
    ]);
    bench.restart();
    const [alarm] = [...bench.state.restores.values()].flatMap((run) => [...run.alarms.values()]);
    expect(alarm).toMatchObject({ kind: 'attention', commands: task.remainingCommands });
    bench.when({ type: 'AlarmAcknowledged', alarmId: alarm?.alarmId ?? '', by: 'admin', note: null });
    expect(bench.state.restores.size).toBe(0);
  });

  it('and a restore that is stuck is told of within a minute; the alarm ends when it goes on', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    const step = until(bench, 'allowFileRestore');
    for (const member of bench.members) bench.silent.add(member);
    bench.nowMs += 22_000;
    bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
    for (let second = 22; second < 60; second += 1) bench.after(1_000);
    expect([...bench.run().alarms.values()]).toMatchObject([{ kind: 'stalled', taskId: database.guid }]);
    bench.silent.clear();
    bench.settle();
    expect(bench.run().alarms.size).toBe(0);
    expect(bench.run().status).toBe('completed');
  });

  it('and that alarm stands while looks in between fail and succeed, and nothing changes', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    const step = until(bench, 'restoreBackup');
    bench.silent.add('ex01');
    bench.nowMs += 22_000;
    bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
    let raisedAfterS = Number.POSITIVE_INFINITY;
    for (let second = 1; second < 180; second += 1) {
      for (const look of bench.live().filter(({ member }) => !bench.silent.has(member))) {
        if (second % 40 < 8) bench.when({ type: 'AttemptNotGranted', attemptId: look.stepId });
        else bench.carryOut(look);
      }
      bench.after(1_000);
      if (bench.run().alarms.size > 0) raisedAfterS = Math.min(raisedAfterS, second);
      else expect(second).toBeLessThan(raisedAfterS);
    }
    expect(raisedAfterS).toBeLessThan(60);
  });

  it('and a step that is taken back again and again is given up', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    for (let round = 0; round < 100; round += 1) {
      for (const step of bench.live()) {
        if (step.step.kind === 'suspendCopy' && step.step.copyMember === 'ex02') bench.end(step, {});
        else bench.carryOut(step);
      }
      bench.after(5_000);
    }
    expect(bench.task('MBX01').status).toBe('failed');
    expect(isAsBefore(database)).toBe(true);
    expect(bench.task('MBX01').reason).toContain('does not show it for long');
  });

  it('and a stuck one does not hang for ever', () => {
    const bench = new RestoreBench();
    confirmed(bench, bench.database(1));
    until(bench, 'dismount');
    for (const member of bench.members) bench.silent.add(member);
    for (const step of bench.live())
      bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
    for (let minute = 0; minute < 15; minute += 1) bench.after(60_000);
    expect(bench.task('MBX01').status).toBe('needsAttention');
    expect([...bench.run().alarms.values()]).toMatchObject([{ kind: 'attention' }]);
  });

  it('and looks that show no database at all are taken with growing pauses, and told of', () => {
    const bench = new RestoreBench();
    confirmed(bench, bench.database(1));
    const step = until(bench, 'dismount');
    bench.databases.clear();
    bench.end(step, { outcome: 'failed', failure: failure('x', 'no', { retryable: true }) });
    for (let second = 0; second < 120; second += 1) {
      for (const look of bench.live()) bench.end(look, {});
      bench.after(1_000);
    }
    expect(bench.task('MBX01').steps.length).toBeLessThan(25);
    expect([...bench.run().alarms.values()]).toMatchObject([{ kind: 'stalled' }]);
  });
});
