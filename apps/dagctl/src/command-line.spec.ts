import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failed } from '../../../libs/client/test/fixtures.js';
import { dagctl } from '../test-support/dagctl.js';

const LIST_RUNS = 'dag.runs.list.v1';

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
      'dead-letters list',
      'dead-letters show',
      'dead-letters replay',
      'dead-letters discard',
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
