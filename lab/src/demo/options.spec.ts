import { describe, expect, it } from '@jest/globals';
import { runCommandLine } from '../cli/run-command.js';
import { demoProgram, type DemoOptions } from './options.js';

async function parse(...argv: string[]) {
  const told: string[] = [];
  let options: DemoOptions | undefined;
  const program = demoProgram({ out: (text) => told.push(text), err: (text) => told.push(text) }, async (read) => {
    options = read;
  });
  const code = await runCommandLine(program, argv, (text) => told.push(text));
  return { code, options, told: told.join('\n') };
}

describe('the options of the demo', () => {
  it('has the documented defaults', async () => {
    const { options } = await parse();
    expect(options).toMatchObject({
      failovers: 1,
      kills: 1,
      restart: true,
      keep: false,
      world: {
        members: 4,
        withoutClient: 1,
        databases: 12,
        copies: 3,
        standalone: 2,
        publicFolders: 1,
        sizeMinBytes: 4 * 2 ** 20,
      },
    });
  });

  it('takes every option', async () => {
    const { options } = await parse(
      ...'--members 6 --databases 30 --copies 2 --standalone 0 --public-folders 0 --without-client 0 --seed 7'.split(
        ' ',
      ),
      ...'--size 1KiB..2KiB --rate 1MiB/s --failovers 5 --kills 2 --no-restart --keep --json out.json'.split(' '),
    );
    expect(options).toMatchObject({
      seed: 7,
      failovers: 5,
      kills: 2,
      restart: false,
      keep: true,
      jsonFile: expect.stringMatching(/out\.json$/),
      world: { members: 6, databases: 30, copies: 2, seed: 7, sizeMaxBytes: 2048, rateBytesPerSecond: 2 ** 20 },
    });
  });

  it('names everything that is wrong at once, and ends with 2', async () => {
    const { code, told, options } = await parse(
      '--kills',
      'x',
      '--size',
      '9..3',
      '--members',
      '0',
      '--json',
      '/no/such/folder/f',
    );
    expect(code).toBe(2);
    expect(options).toBeUndefined();
    for (const flag of ['--kills', '--size', '--members', '--json']) expect(told).toContain(`${flag}: `);
  });

  it('ends with 2 for an option that does not exist, and with 0 for help', async () => {
    expect((await parse('--nope')).code).toBe(2);
    expect(await parse('--help')).toMatchObject({ code: 0, told: expect.stringContaining('--no-restart') });
  });
});
