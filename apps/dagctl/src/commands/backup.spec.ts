import { describe, expect, it } from '@jest/globals';
import { RUN_ID, entryOf, failed, runOf } from '../../../../libs/client/test/fixtures.js';
import { dagctl } from '../../test-support/dagctl.js';
import { finished } from '../../test-support/runs.js';

const GET_RUN = 'dag.run.get.v1';

describe('dagctl backup', () => {
  it('asks with everything that was given', async () => {
    const { exitCode, sent } = await dagctl(
      'backup --dag DAG01.contoso.local --database MBX01,MBX02 --database MBX03 --type copy --copies-per-database 2 --exclude-member EX09 ' +
        '--prefer-member EX02,EX03 --min-interval 20h --spread site ' +
        '--prefer passive-only --on-failover best-copy --deadline 1h30m --request-id nightly-1 --requested-by cron',
      { answers: { [GET_RUN]: [runOf()] } },
    );
    expect(exitCode).toBe(0);
    expect(sent).toEqual([
      {
        type: 'dag.backup.requested.v1',
        data: {
          requestId: 'nightly-1',
          requestedBy: 'cron',
          backupType: 'copy',
          dags: ['dag01'],
          databases: ['MBX01', 'MBX02', 'MBX03'],
          excludeMembers: ['ex09'],
          preferMembers: ['ex02', 'ex03'],
          minIntervalMs: 72_000_000,
          spread: 'site',
          copiesPerDatabase: 2,
          copyPreference: 'passiveOnly',
          onFailover: 'bestCopy',
          deadlineMs: 5_400_000,
        },
      },
    ]);
  });

  it('ends with 0 as soon as the request is accepted, and says how to watch it', async () => {
    const { exitCode, out } = await dagctl('backup', {
      answers: { [GET_RUN]: [failed('run.unknown'), runOf({ status: 'collecting' }), runOf()] },
    });
    expect(exitCode).toBe(0);
    expect(out).toContain(`dagctl run watch ${RUN_ID}`);
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `run=${RUN_ID} status=running exit=0 succeeded=0 failed=0 skipped=0 cancelled=0 notNeeded=0`,
    );
  });

  it('gives the code of a refusal at once', async () => {
    const refused = runOf({ status: 'failed', exitCode: 2, reason: 'no database "MBX99"; is "MBX09" meant?' });
    const { exitCode, out } = await dagctl('backup --database MBX99', { answers: { [GET_RUN]: [refused] } });
    expect(exitCode).toBe(2);
    expect(out).toContain('is "MBX09" meant?');
  });

  it('says that the request is stored when no conductor takes it', async () => {
    const { exitCode, err, out } = await dagctl('backup --request-id nightly-1', {
      answers: { [GET_RUN]: [failed('query.timeout', true)] },
    });
    expect(exitCode).toBe(12);
    expect(err).toContain('nightly-1 is stored on the broker');
    expect(out).toContain('status=waiting');
  });

  it('with --wait shows what happens and ends with the run’s own code and the summary line', async () => {
    const { exitCode, out } = await dagctl('backup --wait', {
      answers: {
        [GET_RUN]: [
          runOf({ log: [entryOf(1, 'planned')] }),
          finished({ log: [entryOf(2, 'MBX02 failed')] }),
          finished(),
        ],
      },
    });
    expect(exitCode).toBe(12);
    expect(out).toMatch(/planned\n.*MBX02 failed/);
    expect(out).toContain('three attempts failed');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      `run=${RUN_ID} status=completedWithErrors exit=12 succeeded=1 failed=1 skipped=0 cancelled=0 notNeeded=0`,
    );
  });

  it('with --wait --json keeps standard output for the JSON', async () => {
    const { exitCode, out, err } = await dagctl('backup --wait --json', {
      answers: { [GET_RUN]: [finished({ log: [entryOf(1, 'planned')] }), finished()] },
    });
    expect(exitCode).toBe(12);
    expect(JSON.parse(out)).toMatchObject({ runId: RUN_ID, status: 'completedWithErrors', exitCode: 12 });
    expect(err).toContain('planned');
  });

  it('names every fault of the command line and sends nothing', async () => {
    const { exitCode, err, sent } = await dagctl(
      'backup --type daily --deadline 6 --min-interval often --spread wide --prefer newest --copies-per-database 99 --dag ###',
    );
    expect(exitCode).toBe(2);
    for (const option of [
      '--type',
      '--deadline',
      '--min-interval',
      '--spread',
      '--prefer',
      '--copies-per-database',
      '--dag',
    ])
      expect(err).toContain(option);
    expect(err).toContain('not "###"');
    expect(sent).toEqual([]);
  });
});
