import { describe, expect, it } from '@jest/globals';
import { ExitCode, failure, type RestoreStepKind } from '#contracts';
import { RestoreBench, type SimDatabase } from '../testing/restore-bench.js';
import { liveSteps, type StepState } from './restore.state.js';

const OTHER_RUN = '33333333-3333-4333-8333-333333333333';

function confirmed(bench: RestoreBench, ...databases: readonly SimDatabase[]): RestoreBench {
  const names = databases.map(({ name }) => name);
  return bench.request({ databases: names, confirm: names });
}

/** Carries out steps until one of this kind is live, and gives it. */
function until(bench: RestoreBench, kind: RestoreStepKind): StepState {
  for (let round = 0; round < 50; round += 1) {
    const found = bench.live().find(({ step }) => step.kind === kind);
    if (found) return found;
    for (const step of bench.live()) bench.carryOut(step);
    bench.after(1_000);
  }
  throw new Error(`no ${kind} was ordered`);
}

/** Ends every live step of a kind like this, until the saga gives it up. */
function failing(bench: RestoreBench, kind: RestoreStepKind, wrote: boolean, rounds = 60): void {
  for (let round = 0; round < rounds; round += 1) {
    for (const step of bench.live()) {
      if (step.step.kind !== kind) bench.carryOut(step);
      else
        bench.end(step, {
          outcome: 'failed',
          wrote,
          failure: failure('client.failed', 'no luck', { retryable: true }),
        });
    }
    bench.after(5_000);
  }
}

const isAsBefore = (database: SimDatabase): boolean =>
  database.mounted &&
  !database.allow &&
  [...database.copies.values()].every(({ suspended, content }) => !suspended && content === 'old');

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

/** Steps that end before something happens; beyond the last the restore is over by itself. */
const MOMENTS = Array.from({ length: 24 }, (_, index) => index);

/** Lets this many steps end, one at a time. */
function advanced(bench: RestoreBench, steps: number): void {
  for (let ended = 0; ended < steps; ended += 1) {
    const [step] = bench.live();
    if (step) bench.carryOut(step);
    else bench.after(1_000);
  }
}

function isWhole(database: SimDatabase): boolean {
  return [...database.copies.values()].every(({ content, suspended }) => content === 'restored' && !suspended);
}

describe('between any two steps', () => {
  it.each(MOMENTS)('the conductor may die: after %i steps it goes on from what is stored', (moment) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    advanced(bench, moment);
    bench.restart();
    bench.settle();
    expect([bench.run().status, isWhole(database)]).toEqual(['completed', true]);
  });

  it.each(MOMENTS)('an agent may die with a step in its hands, before or after it had its effect: %i', (moment) => {
    for (const hadEffect of [false, true]) {
      const bench = new RestoreBench();
      const database = bench.database(1);
      confirmed(bench, database);
      advanced(bench, moment);
      for (const step of bench.live()) {
        if (hadEffect) bench.effectOf(step);
        bench.nowMs += 22_000;
        bench.when({ type: 'LeasesExpired', member: step.member, attemptIds: [step.stepId] });
      }
      bench.settle();
      expect([bench.run().status, isWhole(database), bench.run().alarms.size]).toEqual(['completed', true, 0]);
    }
  });

  it.each(MOMENTS)('the database may fail over, wherever it still can: after %i steps', (moment) => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    confirmed(bench, database);
    advanced(bench, moment);
    const [to] = bench.failoverTargets(database);
    if (to !== undefined && database.mounted) bench.failover(database, to);
    bench.settle();
    expect([bench.run().status, isWhole(database)]).toEqual(['completed', true]);
  });
});

describe('in a DAG of 16 members', () => {
  const members = Array.from({ length: 16 }, (_, index) => `ex${String(index + 1).padStart(2, '0')}`);

  it.each(members)('from wherever it is active, %s can be where it is restored', (member) => {
    for (const start of members) {
      const bench = new RestoreBench(members);
      const database = bench.database(1, [start, ...members.filter((each) => each !== start)]);
      bench
        .request({ databases: ['MBX01'], confirm: ['MBX01'], to: { kind: 'server', member }, requestedBy: start })
        .settle();
      expect([start, bench.run().status, database.active, isWhole(database)]).toEqual([
        start,
        'completed',
        member,
        true,
      ]);
    }
  });
});

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
});

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

  it('another server: the active copy is moved there first', () => {
    const bench = new RestoreBench();
    const database = bench.database(1);
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'], to: { kind: 'server', member: 'ex02' } }).settle();
    expect(bench.run().status).toBe('completed');
    expect(database.active).toBe('ex02');
    expect(bench.steps('MBX01')[0]).toBe('moveActive');
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
    [{ databases: ['MBX01'], to: { kind: 'server', member: 'ex09' } }, 'no member ex09'],
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

  it('when the agent where it is active does not answer', () => {
    const bench = new RestoreBench();
    bench.database(1);
    bench.silent.add('ex01');
    bench.request({ databases: ['MBX01'], confirm: ['MBX01'] });
    expect(bench.run().reason).toContain('the agent of EX01 does not answer');
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
