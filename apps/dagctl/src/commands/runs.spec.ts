import { describe, expect, it } from '@jest/globals';
import { RUN_ID, runOf } from '../../../../libs/client/test/fixtures.js';
import { dagctl } from '../../test-support/dagctl.js';
import { finished } from '../../test-support/runs.js';

const GET_RUN = 'dag.run.get.v1';
const LIST_RUNS = 'dag.runs.list.v1';

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
