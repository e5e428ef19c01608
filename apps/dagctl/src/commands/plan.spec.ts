import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failed, runOf } from '../../../../libs/client/test/fixtures.js';
import { dagctl } from '../../test-support/dagctl.js';

const SAMPLES = join(import.meta.dirname, '../../../../test/contracts/samples');

function sampleData(name: string): object {
  const { data } = JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8')) as { data: object };
  return data;
}

const MAKE_PLAN = 'dag.plan.make.v1';
const GET_RUN = 'dag.run.get.v1';

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
