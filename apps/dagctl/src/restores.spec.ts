import { describe, expect, it } from '@jest/globals';
import type { AlarmView, BackupView, RestorePreflight, RestoreTaskView, RunView } from '#contracts';
import { AT, RUN_ID, entryOf, failed, runOf, snapshotOf } from '../../../libs/client/test/fixtures.js';
import { dagctl } from '../test-support/dagctl.js';

const GUID = 'aaaaaaaa-0000-4000-8000-000000000001';
const ASKED = 'dag.restore.requested.v1';
const PREFLIGHT = 'dag.restore.preflight.v1';
const ALARMS = 'dag.alarms.list.v1';
const BACKUPS = 'dag.backups.get.v1';
const GET_RUN = 'dag.run.get.v1';

function task(parts: Partial<RestoreTaskView> = {}): RestoreTaskView {
  return {
    taskId: GUID,
    databaseGuid: GUID,
    databaseName: 'MBX01',
    kind: 'dag',
    target: 'MBX01',
    status: 'succeeded',
    reason: 'restored, and all copies are Healthy',
    blockedBy: null,
    member: 'ex02',
    sizeBytes: '1000',
    bytesDone: '1000',
    backups: [],
    steps: [],
    remainingCommands: [],
    ...parts,
  };
}

function restoreRun(tasks: readonly RestoreTaskView[], parts: Partial<RunView> = {}): RunView {
  return runOf({ restore: { request: { databases: ['MBX01'] }, tasks }, ...parts });
}

const ALARM: AlarmView = {
  alarmId: 'abc123',
  kind: 'attention',
  runId: RUN_ID,
  requestId: 'r1',
  databaseGuid: GUID,
  databaseName: 'MBX01',
  raisedAt: AT,
  text: 'MBX01 is dismounted and its copy on EX03 is suspended',
  commands: ['EX02> Mount-Database MBX01', 'EX02> Resume-MailboxDatabaseCopy MBX01\\EX03'],
};

const SUSPEND = `Suspend-MailboxDatabaseCopy 'MBX01\\EX03' -SuspendComment 'restore ${'0'.repeat(200)}' -Confirm:$false`;

describe('dagctl restore', () => {
  it('asks with everything that was given', async () => {
    const { exitCode, sent } = await dagctl(
      'restore --database MBX01,MBX02 --at 2026-01-31T23:00:00+01:00 --to server:EX03.contoso.local --confirm MBX01 --full-after ' +
        '--without-copies-on EX05,EX06 --cancel-backup --deadline 6h --request-id r1 --requested-by cron',
      { answers: { [GET_RUN]: [restoreRun([task()])] } },
    );
    expect(exitCode).toBe(0);
    expect(sent).toEqual([
      {
        type: ASKED,
        data: {
          requestId: 'r1',
          requestedBy: 'cron',
          databases: ['MBX01', 'MBX02'],
          point: { kind: 'time', at: '2026-01-31T22:00:00.000Z' },
          to: { kind: 'server', member: 'ex03' },
          confirm: ['MBX01'],
          withoutCopiesOn: ['ex05', 'ex06'],
          fullAfter: 'take',
          onRunningBackup: 'cancel',
          deadlineMs: 21_600_000,
        },
      },
    ]);
  });

  it.each([
    ['--to original', { kind: 'original' }],
    ['--to database:MBX9', { kind: 'database', database: 'MBX9' }],
    ['--to recovery --member EX04', { kind: 'recovery', member: 'ex04' }],
    ['--to recovery-remove', { kind: 'removeRecovery' }],
    ['--to files:D:\\restored', { kind: 'files', path: 'D:\\restored' }],
  ])('understands %s', async (words, to) => {
    const { sent } = await dagctl(`restore --all ${words}`, { answers: { [GET_RUN]: [restoreRun([])] } });
    expect(sent[0]?.data).toMatchObject({ all: true, to });
  });

  it.each([
    ['', 'exactly one of --database, --dag and --all'],
    ['--all --database MBX01', 'exactly one of --database, --dag and --all'],
    ['--all --backup x --at 2026-01-31T22:00:00Z', 'two different points'],
    ['--all --at 2026-01-31T22:00:00', '--at must be a time with a zone'],
    ['--all --at yesterday', '--at must be a time with a zone'],
    ['--all --to tape', '--to must be one of original'],
    ['--all --to server:###', 'must name a server or DAG'],
    ['--all --member EX01', '--member goes with'],
    ['--all --without-copies-on ###', '--without-copies-on must name a server'],
    ['--all --deadline 6', '--deadline must be a time'],
    ['--all --request-id ###', '--request-id'],
  ])('with "%s" asks for nothing and says why', async (words, why) => {
    const { exitCode, sent, err } = await dagctl(`restore ${words}`);
    expect([exitCode, sent]).toEqual([2, []]);
    expect(err).toContain(why);
  });

  it('with --dry-run shows every step and what stands against it, and asks for nothing', async () => {
    const preflight: RestorePreflight = {
      isReady: false,
      problems: ['1 of 1 databases cannot be restored'],
      warnings: [],
      endsAfterMs: 3_600_000,
      databases: [
        {
          databaseGuid: GUID,
          databaseName: 'MBX01',
          target: 'MBX01',
          member: 'ex02',
          offlineDatabase: 'MBX01',
          offlineMs: 1_800_000,
          endsAfterMs: 3_600_000,
          freeBytes: '1048576',
          neededBytes: '2097152',
          backups: [],
          steps: [
            {
              kind: 'suspendCopy',
              member: 'ex02',
              text: 'suspend the copy on EX03',
              command: SUSPEND,
            },
          ],
          problems: ['the disk is too small'],
          warnings: [],
          needsConfirmation: true,
        },
      ],
    };
    const { exitCode, sent, out } = await dagctl('restore --database MBX01 --dry-run', {
      answers: { [PREFLIGHT]: [preflight] },
    });
    expect([exitCode, sent]).toEqual([2, []]);
    for (const text of [
      'suspend the copy on EX03',
      // Whole and on one line, however long: people copy it.
      `\n       ${SUSPEND}\n`,
      'the disk is too small',
      '--confirm MBX01',
      'cut off for about 30m',
      'Nothing was touched',
    ])
      expect(out).toContain(text);
    const ready = await dagctl('restore --database MBX01 --dry-run --json', {
      answers: { [PREFLIGHT]: [{ ...preflight, isReady: true }] },
    });
    expect([ready.exitCode, JSON.parse(ready.out).isReady]).toEqual([0, true]);
  });

  it('with --wait shows what happens, and ends with the run’s exit code and what a person must do', async () => {
    const left = task({
      status: 'needsAttention',
      reason: 'EX02 was lost',
      remainingCommands: ['EX02> Mount-Database MBX01'],
    });
    const over = { status: 'completedWithErrors' as const, exitCode: 12, reason: '1 database needs a person' };
    const { exitCode, out } = await dagctl('restore --database MBX01 --wait', {
      answers: {
        [GET_RUN]: [
          restoreRun([task({ status: 'restoring' })], {
            log: [entryOf(1, 'dismount MBX01 on EX02')],
          }),
          restoreRun([left], over),
        ],
      },
    });
    expect(exitCode).toBe(12);
    for (const text of [
      'dismount MBX01 on EX02',
      'needsAttention',
      'EX02> Mount-Database MBX01',
      'status=completedWithErrors exit=12',
      'failed=1',
    ])
      expect(out).toContain(text);
  });
});

describe('dagctl run show', () => {
  it('shows every step of a restore with its history', async () => {
    const step = {
      number: 3,
      kind: 'mount' as const,
      purpose: 'undo' as const,
      member: 'ex02',
      text: 'mount MBX01',
      orderedAt: AT,
      endedAt: AT,
      outcome: 'failed' as const,
      bytesDone: '0',
      failure: { type: 'host.failed', message: 'it would not', retryable: true },
    };
    const run = restoreRun([task({ status: 'failed', steps: [step] })]);
    const { out } = await dagctl(`run show ${RUN_ID} --history`, {
      answers: { [GET_RUN]: [run], 'dag.runs.list.v1': [{ runs: [run] }] },
    });
    expect(out).toMatch(/3 +\S+ +EX02 +undo +mount MBX01 +failed: it would not/);
  });
});

describe('dagctl alarms', () => {
  it('lists what was left, with the commands, and ends with 8 while something stands', async () => {
    const { exitCode, out } = await dagctl('alarms list', { answers: { [ALARMS]: [{ alarms: [ALARM] }] } });
    expect(exitCode).toBe(8);
    for (const text of [ALARM.text, ...ALARM.commands, 'dagctl alarms acknowledge abc123']) expect(out).toContain(text);
    expect((await dagctl('alarms list', { answers: { [ALARMS]: [{ alarms: [] }] } })).exitCode).toBe(0);
  });

  it('are seen in the status', async () => {
    const { out } = await dagctl('status', {
      answers: {
        [ALARMS]: [{ alarms: [ALARM] }],
        'dag.snapshot.get.v1': [snapshotOf()],
        'dag.runs.list.v1': [{ runs: [] }],
      },
    });
    expect(out.indexOf(ALARM.text)).toBe('ALARM MBX01: '.length);
    expect(out).toContain(ALARM.commands[0]);
  });

  it('are acknowledged by the beginning of their id, once the conductor has taken it', async () => {
    const { exitCode, sent } = await dagctl(['alarms', 'acknowledge', 'abc', '--note', 'by hand'], {
      answers: { [ALARMS]: [{ alarms: [ALARM] }, { alarms: [] }] },
    });
    expect(exitCode).toBe(0);
    expect(sent).toEqual([
      {
        type: 'dag.alarm.acknowledge.requested.v1',
        data: { alarmId: 'abc123', note: 'by hand', requestedBy: expect.stringContaining('@') },
      },
    ]);
  });

  it('that do not stand are not acknowledged', async () => {
    const { exitCode, sent, err } = await dagctl('alarms acknowledge x', {
      answers: { [ALARMS]: [{ alarms: [ALARM] }] },
    });
    expect([exitCode, sent]).toEqual([2, []]);
    expect(err).toContain('no standing alarm has that id');
  });
});

describe('dagctl backups', () => {
  const backup: BackupView = {
    id: 'MBX01/20260131220000',
    databaseName: 'MBX01',
    databaseGuid: GUID,
    backupType: 'incremental',
    startedAt: AT,
    endedAt: null,
    sizeBytes: '1048576',
    objectName: '20260131220000',
    sourceMember: 'ex02',
    node: 'DAG1',
    location: 'server',
    active: false,
    fullId: 'MBX01/20260130220000',
    origin: 'both',
    runId: RUN_ID,
    attemptId: 'a',
    listedBy: ['ex01'],
  };
  const source = { member: 'ex01', listingAgeMs: 5_000, backups: 2, problem: null };

  it('shows all pages, and what each builds on', async () => {
    const { exitCode, out } = await dagctl('backups --database MBX01 --at 2026-01-31T22:00:00Z', {
      answers: {
        [BACKUPS]: [
          { backups: [backup], total: 2, next: 'x', sources: [source] },
          { backups: [{ ...backup, id: 'MBX01/other', fullId: null }], total: 2, next: null, sources: [source] },
        ],
      },
    });
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /MBX01\/20260131220000 +incremental +2026-01-31 22:00Z +1.0 MiB +EX02 +inactive +11111111 +MBX01\/20260130220000/,
    );
    expect(out).toContain('nothing: its full is gone');
  });

  it('says which clients could not be asked, and ends with 8', async () => {
    const troubled = { ...source, problem: 'ANS1017E' };
    const { exitCode, out } = await dagctl('backups', {
      answers: { [BACKUPS]: [{ backups: [], total: 0, next: null, sources: [troubled] }] },
    });
    expect(exitCode).toBe(8);
    expect(out).toContain('EX01: ANS1017E (its last list: 5s ago)');
  });

  it('refuses a time without a zone, and tells when the inventory does not answer', async () => {
    expect((await dagctl('backups --since 2026-01-31')).exitCode).toBe(2);
    expect((await dagctl('backups', { answers: { [BACKUPS]: [failed('query.timeout', true)] } })).exitCode).toBe(12);
  });
});
