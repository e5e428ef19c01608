import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { Queues } from '#contracts';
import { diagnose } from '#client';
import { dagctlProgram } from '../../apps/dagctl/src/command-line.js';
import { labProgram } from '../../lab/src/cli/program.js';
import { alarmOf, answered, factsOf, silentMember } from '../../libs/client/test/doctor-facts.js';
import { databaseOf, memberOf, runOf } from '../../libs/client/test/fixtures.js';
import { dagctlIn, refusalOf, scriptsIn, type ShownCommand } from './commands.js';
import { readPage } from './markdown.js';
import { CODE, WRITTEN, textOf } from './project.js';

const SCRIPTS = (JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
/** `npm test` and `npm run dagctl` have shorter names, and the others are steps of them. */
const OF_THE_WORKSHOP: ReadonlySet<string> = new Set(['typecheck', 'lint', 'format', 'format:check', 'dagctl']);
const TOKEN = {
  tokenId: '3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11',
  name: 'ann',
  role: 'viewer',
  secretHash: 'f'.repeat(64),
  createdAt: '2020-01-01T00:00:00.000Z',
} as const;
/** Belongs to the test runner, not to us. */
const OF_THE_RUNNER: ReadonlySet<string> = new Set(['-t']);

const nothing = () => undefined;
const dagctl = () => dagctlProgram(async () => undefined, { env: {}, stdout: process.stdout, stderr: process.stderr });
const lab = () => labProgram({ out: nothing, err: nothing });

/** The sources from which a script reads its options: the folder of the program that it runs. */
function sourcesOf(script: string): string {
  const program = /(?:dist\/)?([\w/.-]+\/)[\w-]+\.m?js$/.exec(SCRIPTS[script] ?? '')?.[1] ?? '';
  return CODE.filter((path) => path.startsWith(program))
    .map(textOf)
    .join('\n');
}

function unknownOptions(script: string, words: readonly string[]): readonly string[] {
  const sources = sourcesOf(script);
  return words
    .filter((word) => word.startsWith('-') && word !== '--help' && !OF_THE_RUNNER.has(word))
    .map((word) => word.replace(/^--/, '').replace(/=.*$/, ''))
    .filter((name) => !new RegExp(`['"-]${name}\\b|\\b${name}:`).test(sources));
}

async function wrongScript({ words: [script = '', ...words], ...rest }: ShownCommand): Promise<string | null> {
  if (SCRIPTS[script] === undefined) return `package.json has no script ${script}`;
  if (script === 'lab') return refusalOf(lab(), { words, ...rest });
  const unknown = script === 'test' ? [] : unknownOptions(script, words);
  return unknown.length === 0 ? null : `${script} has no option ${unknown.join(', ')}`;
}

async function wrongOnes(
  commands: readonly ShownCommand[],
  judge: (command: ShownCommand) => Promise<string | null>,
): Promise<readonly string[]> {
  const judged = await Promise.all(commands.map(async (each) => ({ each, refusal: await judge(each) })));
  return judged.flatMap(({ each: { words, line }, refusal }) =>
    refusal === null ? [] : [`line ${line}: ${words.join(' ')}: ${refusal}`],
  );
}

describe.each(WRITTEN.map((page) => [page.path, page] as const))('the commands in %s', (_, page) => {
  it('are scripts of package.json, with options that they have', async () => {
    expect(await wrongOnes(scriptsIn(page), wrongScript)).toEqual([]);
  });

  it('are commands of dagctl, with arguments and options that it takes', async () => {
    expect(await wrongOnes(dagctlIn(page), (each) => refusalOf(dagctl(), each))).toEqual([]);
  });
});

/** The words of every command that has none below it. */
function leavesOf(command: Command, before: readonly string[] = []): readonly string[] {
  const below = command.commands;
  if (below.length === 0) return [before.join(' ')];
  return below.flatMap((each) => leavesOf(each, [...before, each.name()]));
}

function untold(program: Command, told: readonly ShownCommand[]): readonly string[] {
  const texts = told.map(({ words }) => words.join(' '));
  return leavesOf(program).filter((leaf) => !texts.some((text) => text === leaf || text.startsWith(`${leaf} `)));
}

describe('the pages together', () => {
  it('tell of every command of dagctl', () => {
    expect(untold(dagctl(), WRITTEN.flatMap(dagctlIn))).toEqual([]);
  });

  it('tell of every script that a person would run', () => {
    const told = new Set(WRITTEN.flatMap(scriptsIn).map(({ words }) => words[0]));
    expect(Object.keys(SCRIPTS).filter((script) => !told.has(script) && !OF_THE_WORKSHOP.has(script))).toEqual([]);
  });
});

describe('the doctor', () => {
  it('says nothing to type that dagctl would not take', async () => {
    const [wrong, many] = [{ mounted: false, lastFullBackupAt: null }, Array.from({ length: 12 }, (_, n) => n)];
    const facts = [
      factsOf({
        snapshot: {
          members: [silentMember('ex01'), memberOf('ex02', { warnings: ['full'] })],
          databases: [databaseOf('My DB', wrong), databaseOf('OLD', { lastFullBackupAt: '2020-01-01T00:00:00.000Z' })],
        },
        loads: { [Queues.dead]: { messages: 1 }, [Queues.audit]: 'missing' },
        alarms: answered([alarmOf({ commands: Array.from({ length: 30 }, () => 'dagctl status') })]),
        runs: answered({ latest: [runOf({ status: 'failed', exitCode: 12 })], live: [] }),
        tokens: answered([{ ...TOKEN, expiresAt: '2020-01-01T00:00:00.000Z' }]),
      }),
      factsOf({ snapshot: { databases: many.map((number) => databaseOf(`MBX${number}`, wrong)) } }),
    ];
    const typed = facts
      .flatMap((each) => diagnose(each).findings)
      .flatMap(({ commands }) => commands)
      .filter((command) => command.startsWith('dagctl '));
    const page = readPage('x.md', ['```', ...typed, '```'].join('\n'));
    expect(new Set(typed).size).toBeGreaterThan(9);
    expect(dagctlIn(page)).toHaveLength(typed.length);
    expect(await wrongOnes(dagctlIn(page), (each) => refusalOf(dagctl(), each))).toEqual([]);
  });
});

describe('this check', () => {
  const page = readPage(
    'x.md',
    [
      'A `dagctl limits show|sett` and a `dagctl backup --wayt`, `npm run lab -- upp /tmp/x`, `npm run chaos -- --kilss 3`.',
      '```',
      'dagctl run explain            misses its run',
      'dagctl run explain last MBX01 # is right',
      'npm run nothing',
      '```',
    ].join('\n'),
  );

  it('finds what does not exist', async () => {
    expect(await wrongOnes(dagctlIn(page), (each) => refusalOf(dagctl(), each))).toEqual([
      expect.stringContaining('limits sett'),
      expect.stringContaining('--wayt'),
      expect.stringContaining("missing required argument 'RUN'"),
    ]);
    expect(await wrongOnes(scriptsIn(page), wrongScript)).toEqual([
      expect.stringContaining('upp'),
      'line 1: chaos --kilss 3: chaos has no option kilss',
      'line 5: nothing: package.json has no script nothing',
    ]);
  });

  it('does not miss what there is to check', () => {
    expect(WRITTEN.flatMap(dagctlIn).length).toBeGreaterThan(50);
    expect(WRITTEN.flatMap(scriptsIn).length).toBeGreaterThan(40);
  });
});
