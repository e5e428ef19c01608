import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { OptionError, parseWholeNumber, readOptions } from '../cli/quantities.js';

export interface ChaosCommand {
  readonly kills: number;
  readonly seed: number;
  readonly jsonFile?: string;
}

interface RawOptions {
  readonly kills: string;
  readonly seed: string;
  readonly json?: string;
}

const KILLS_DEFAULT = '20';
const KILLS_MAX = 10_000;
const SEED_MAX = 2 ** 32 - 1;

const HELP_AFTER = `
A small emulated DAG is backed up again and again by real services over a real RabbitMQ, while the conductor, the inventory,
the agents and the broker are killed (SIGKILL) at random moments that follow from the seed, and started again. In the end every
database must have exactly one final state in every run, every stored backup must be right byte for byte, and no two
backups of one database may have been at work at once.

Exit codes: 0 all of it held, 12 something did not, 2 the command line is wrong, 130 interrupted.`;

/** The command line of the chaos run; `run` gets checked options. */
export function chaosProgram(
  output: { out(text: string): void; err(text: string): void },
  run: (options: ChaosCommand) => Promise<void>,
): Command {
  return new Command('chaos')
    .description('Backups of an emulated DAG while its processes are killed.')
    .option('--kills <n>', 'processes to kill, one after the other', KILLS_DEFAULT)
    .option('--seed <s>', 'number that every random choice follows from', '1')
    .option('--json <file>', 'write the result to this file')
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text.trimEnd()) })
    .action((raw: RawOptions) => run(readChaosOptions(raw)));
}

/** Throws an OptionError with everything that is wrong. */
export function readChaosOptions(raw: RawOptions): ChaosCommand {
  const { json, ...numbers } = readOptions({
    kills: { flag: '--kills', read: () => parseWholeNumber(raw.kills, 1, KILLS_MAX) },
    seed: { flag: '--seed', read: () => parseWholeNumber(raw.seed, 0, SEED_MAX) },
    json: { flag: '--json', read: () => writableFile(raw.json) },
  } as const);
  return json === undefined ? numbers : { ...numbers, jsonFile: json };
}

/** Seen at the start, not after minutes of work. */
function writableFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(file);
  if (!existsSync(dirname(path))) throw new OptionError([`the folder of "${file}" does not exist`]);
  return path;
}
