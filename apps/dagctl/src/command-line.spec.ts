import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RunView } from '#contracts';
import { RUN_ID, databaseOf, entryOf, failed, runOf, snapshotOf, taskOf } from '../../../libs/client/test/fixtures.js';
import { dagctl } from '../test-support/dagctl.js';

const SAMPLES = join(import.meta.dirname, '../../../test/contracts/samples');

function sampleData(name: string): object {
  const { data } = JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8')) as { data: object };
  return data;
}

const MAKE_PLAN = 'dag.plan.make.v1';
const GET_RUN = 'dag.run.get.v1';
const LIST_RUNS = 'dag.runs.list.v1';
const SNAPSHOT = 'dag.snapshot.get.v1';

const finished = (parts: Partial<RunView> = {}): RunView =>
  runOf({
    status: 'completedWithErrors',
    exitCode: 12,
    reason: '1 of 2 databases failed',
    tasks: [
      taskOf('MBX01', { status: 'succeeded' }),
      taskOf('MBX02', { status: 'failed', reason: 'three attempts failed' }),
    ],
    ...parts,
  });

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

describe('dagctl plan', () => {
  const document = sampleData('dag.plan.make.v1.reply');
  const answers = { [MAKE_PLAN]: [document], [GET_RUN]: [runOf()] };

  it('shows when all is done, each member, each choice with its reasons, and what is left out', async () => {
    const { exitCode, out } = await dagctl('plan --without-member EX03 --grow 20% --window 6h', { answers });
    expect(exitCode).toBe(0);
    expect(out).toContain('expected finish 0:20:00 after the start; best possible 0:19:50 (0.8 % above it)');
    expect(out).toContain('not earlier because: EX02 has work until the end');
    expect(out).toContain('everything fits into 6 h');
    expect(out).toMatch(/EX02 +1 +300\.0 GiB +0:20:00 +#{40} +MBX01/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('EX02 chosen: passive, Healthy, about 20 min, at once');
    expect(out).toContain('excluded by not-selected');
  });

  it('writes a plan that backup --plan carries out as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dagctl-plan-'));
    const file = join(folder, 'plan.json');
    const realWorld = { ...document, whatIf: null };
    try {
      expect((await dagctl(`plan --out ${file}`, { answers: { [MAKE_PLAN]: [realWorld] } })).exitCode).toBe(0);
      const { exitCode, sent } = await dagctl(`backup --plan ${file} --request-id tonight --requested-by cron`, {
        answers,
      });
      expect(exitCode).toBe(0);
      expect(sent[0]?.data).toMatchObject({
        requestId: 'tonight',
        dags: ['dag01'],
        plan: { tasks: [{ member: 'ex02', startMs: 0 }], topology: [{ name: 'MBX01' }] },
      });
      const mixed = await dagctl(`backup --plan ${file} --type copy`, { answers });
      expect(mixed).toMatchObject({ exitCode: 2, sent: [] });
      expect(mixed.err).toContain('--type cannot be given with it');
      await writeFile(file, JSON.stringify(document));
      expect(await dagctl(`backup --plan ${file}`, { answers })).toMatchObject({ exitCode: 2, sent: [] });
      await writeFile(file, JSON.stringify({ ...realWorld, tasks: [{ member: 7 }], format: 'dag-plan/9' }));
      const wrong = await dagctl(`backup --plan ${file}`, { answers });
      expect(wrong).toMatchObject({ exitCode: 2, sent: [] });
      expect(wrong.err).toContain('format must be "dag-plan/1"');
      expect(wrong.err).toContain('tasks[0].taskId');
      await writeFile(file, 'not json');
      expect((await dagctl(`backup --plan ${file}`, { answers })).err).toContain('is no JSON');
    } finally {
      await rm(folder, { recursive: true });
    }
    expect((await dagctl(`backup --plan ${file}`, { answers })).exitCode).toBe(2);
  });

  it.each(['--grow lots', '--grow -5%', '--window 6', '--type daily'])('refuses %s', async (option) => {
    const { exitCode, err } = await dagctl(`plan ${option}`, { answers });
    expect(exitCode).toBe(2);
    expect(err).toContain(option.split(' ')[0]);
  });

  it('ends with 2 when the conductor refuses the request itself', async () => {
    const { exitCode, err } = await dagctl('plan', { answers: { [MAKE_PLAN]: [failed('request.refused')] } });
    expect(exitCode).toBe(2);
    expect(err).toContain('request.refused happened');
  });
});

describe('dagctl run', () => {
  const runs = { [LIST_RUNS]: [{ runs: [finished()] }] };

  it.each(['last', 'nightly-1', '1111', RUN_ID])('show %s finds the run', async (name) => {
    const { exitCode, out } = await dagctl(`run show ${name}`, { answers: { ...runs, [GET_RUN]: [finished()] } });
    expect(exitCode).toBe(0);
    expect(out).toContain('three attempts failed');
  });

  it('show names a run that does not exist', async () => {
    const { exitCode, err } = await dagctl('run show weekly', { answers: runs });
    expect(exitCode).toBe(2);
    expect(err).toContain('"weekly"');
  });

  it('watch ends with the run’s own code', async () => {
    const { exitCode } = await dagctl('run watch last', { answers: { ...runs, [GET_RUN]: [runOf(), finished()] } });
    expect(exitCode).toBe(12);
  });

  it('cancel sends the order and waits until it is taken', async () => {
    const { exitCode, sent, out } = await dagctl('run cancel last', {
      answers: { ...runs, [GET_RUN]: [runOf(), runOf(), runOf({ status: 'cancelling', reason: 'being cancelled' })] },
    });
    expect(exitCode).toBe(0);
    expect(sent).toMatchObject([{ type: 'dag.cancel.requested.v1', data: { runId: RUN_ID } }]);
    expect(out).toContain('being cancelled');
  });

  it('cancel leaves a run alone that is over', async () => {
    const { exitCode, sent, out } = await dagctl('run cancel last', { answers: { ...runs, [GET_RUN]: [finished()] } });
    expect(exitCode).toBe(0);
    expect(sent).toEqual([]);
    expect(out).toContain('over already');
  });

  it('explain shows every candidate with its reason', async () => {
    const decision = {
      taskId: 't',
      databaseName: 'MBX01',
      at: '2026-01-31T22:00:00.000Z',
      summary: 'ex02 chosen',
      candidates: [
        { member: 'ex02', chosen: true, eligible: true, rule: null, reason: 'passive and least loaded' },
        { member: 'ex03', chosen: false, eligible: false, rule: 'not-lagged', reason: 'lagged 7 days' },
      ],
    };
    const { out } = await dagctl('run explain last MBX01', {
      answers: { ...runs, 'dag.run.explain.v1': [{ runId: RUN_ID, decisions: [decision] }] },
    });
    expect(out).toMatch(/EX02 +chosen +passive and least loaded/);
    expect(out).toMatch(/EX03 +not-lagged +lagged 7 days/);
    expect(out).not.toContain('made again');
  });

  it.each([
    ['same', [], 0, 'made again: the same'],
    [
      'different',
      ['member: "ex02", now "ex03"'],
      5,
      'made again: it comes out differently\n    member: "ex02", now "ex03"',
    ],
    ['notStored', [], 0, 'made again: not possible'],
  ])(
    'explain --replay says of a decision that comes out %s so, and ends with its own code',
    async (outcome, differences, code, text) => {
      const replay = { outcome, differences };
      const decision = { taskId: 't', databaseName: 'MBX01', at: '2026-01-31T22:00:00Z', summary: 's', candidates: [] };
      const { out, exitCode, asked } = await dagctl('run explain last --replay', {
        answers: {
          ...runs,
          'dag.run.explain.v1': [
            { runId: RUN_ID, decisions: [{ ...decision, replay }], plan: { outcome: 'same', differences: [] } },
          ],
        },
      });
      expect(exitCode).toBe(code);
      expect(out).toContain(text);
      expect(out).toContain('the plan as a whole, made again: the same');
      expect(out).toMatch(/same=\d different=\d notStored=\d\n?$/);
      expect(asked.at(-1)?.data).toEqual({ runId: RUN_ID, replay: true });
    },
  );
});

describe('dagctl status, members, databases', () => {
  it('shows what answers when the other service is silent', async () => {
    const { exitCode, out } = await dagctl('status', { answers: { [SNAPSHOT]: [snapshotOf()] } });
    expect(exitCode).toBe(8);
    expect(out).toContain('DAG01');
    expect(out).toContain('conductor does not answer');
  });

  it('shows only databases that need a look', async () => {
    const snapshot = snapshotOf({ databases: [databaseOf('MBX01'), databaseOf('MBX02', { mounted: false })] });
    const { out } = await dagctl('databases --problems', { answers: { [SNAPSHOT]: [snapshot] } });
    expect(out).toContain('MBX02');
    expect(out).not.toContain('MBX01');
  });

  it.each([
    ['members', SNAPSHOT, snapshotOf(), 'members'],
    ['databases', SNAPSHOT, snapshotOf(), 'databases'],
    ['runs', LIST_RUNS, { runs: [finished()] }, 'runs'],
  ])('%s --json has a stable key', async (command, type, answer, key) => {
    const { out } = await dagctl(`${command} --json`, { answers: { [type]: [answer] } });
    expect((JSON.parse(out) as Readonly<Record<string, unknown[]>>)[key]).toHaveLength(key === 'members' ? 2 : 1);
  });
});

describe('dagctl itself', () => {
  it('takes the broker from the option, the environment, or a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dagctl-'));
    const file = join(folder, 'url');
    await writeFile(file, 'amqp://from-file/dag\n');
    const answers = { [LIST_RUNS]: [{ runs: [] }] };
    const given = [
      await dagctl('runs --url amqp://from-option/dag', { answers }),
      await dagctl('runs', { answers }),
      await dagctl('runs', { answers, env: { DAG_URL_FILE: file } }),
    ];
    await rm(folder, { recursive: true });
    expect(given.flatMap(({ urls }) => urls)).toEqual([
      'amqp://from-option/dag',
      'amqp://broker/dag',
      'amqp://from-file/dag',
    ]);
  });

  it.each([
    ['runs', { env: {} }, 'No broker is named'],
    ['runs', { env: { DAG_URL_FILE: '/does/not/exist' } }, '/does/not/exist'],
    ['runs --limit many', {}, '--limit'],
    ['bakup', {}, 'Did you mean backup?'],
    ['backup --wiat', {}, '--wait'],
    ['run show', {}, 'RUN'],
    ['topology export --member ...', {}, '"..."'],
  ])('%s is wrong usage: %j', async (line, scene, text) => {
    const { exitCode, err } = await dagctl(line, scene);
    expect(exitCode).toBe(2);
    expect(err).toContain(text);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('shows a stack trace only when asked', async () => {
    const scene = { answers: { [LIST_RUNS]: [failed('query.refused')] } };
    expect((await dagctl('runs', scene)).err).toBe('dagctl: query.refused happened\n');
    expect((await dagctl('runs --debug', scene)).err).toMatch(/\n\s+at /);
  });

  it('teaches: every command has an example and the exit codes are told', async () => {
    const { out, exitCode } = await dagctl('--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('Exit codes');
    for (const command of [
      'status',
      'members',
      'databases',
      'backup',
      'runs',
      'run show',
      'run watch',
      'run cancel',
      'run explain',
      'topology apply',
      'topology check',
      'topology export',
    ]) {
      expect((await dagctl(`${command} --help`)).out).toMatch(new RegExp(`Examples?:\\n  dagctl ${command}`));
    }
  });

  it('exports the topology without a broker', async () => {
    const { out, exitCode } = await dagctl('topology export --member EX01.contoso.local', { env: {} });
    expect(exitCode).toBe(0);
    const definitions = JSON.parse(out) as { readonly queues: readonly { readonly name: string }[] };
    expect(definitions.queues.map(({ name }) => name)).toContain('dag.node.ex01.commands');
  });
});

describe('limits and drains', () => {
  const NOTHING = { limits: [], inUse: [], drains: [] };
  const answer = (accepted: boolean, notes: readonly string[] = []) => ({
    'dag.maintenance.get.v1': [
      { ...NOTHING, answer: null },
      { ...NOTHING, answer: { requestId: 'r', accepted, at: '2026-01-31T22:00:00Z', notes } },
    ],
  });

  it('are asked for, and the answer is waited for', async () => {
    const { exitCode, sent, out } = await dagctl('limits set site:Site-A=4 startGap=30s global=configured', {
      answers: answer(true),
    });
    expect(exitCode).toBe(0);
    expect(sent[0]).toMatchObject({
      type: 'dag.limits.change.requested.v1',
      data: {
        changes: [
          { scope: 'site', name: 'Site-A', value: 4 },
          { scope: 'startGap', value: 30_000 },
          { scope: 'global', value: null },
        ],
      },
    });
    expect(out).toContain('changed');
  });

  it('that are refused end with 2, every violation named', async () => {
    const refused = await dagctl('limits set site:Nowhere=4', { answers: answer(false, ['changes[0].name: no site']) });
    expect([refused.exitCode, refused.out]).toEqual([2, expect.stringContaining('changes[0].name: no site')]);
    const wrong = await dagctl('limits set rack=4 member=0 site');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.err).toMatch(/rack=4[^]*member=0[^]*"site"/);
    expect(wrong.sent).toEqual([]);
  });

  it('of a member carry reason and deadline', async () => {
    const { sent } = await dagctl('member drain EX03 --reason patches --deadline 2h --stop-running', {
      answers: answer(true),
    });
    expect(sent[0]).toMatchObject({
      type: 'dag.member.drain.requested.v1',
      data: { member: 'ex03', reason: 'patches', deadlineMs: 7_200_000, stopRunning: true },
    });
    expect((await dagctl('member drain EX03')).exitCode).toBe(2);
    expect((await dagctl('member drain EX03 --reason x --deadline soon')).err).toContain('--deadline');
  });
});
