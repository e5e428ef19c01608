import { dirname, resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { OptionError, parseWholeNumber, readOptions } from '../cli/quantities.js';
import { addWorldOptions, worldReaders, type RawWorldOptions } from '../cli/world-options.js';
import type { WorldOptions } from '../world/index.js';

export interface DemoOptions {
  readonly world: WorldOptions;
  readonly seed: number;
  readonly failovers: number;
  readonly kills: number;
  /** Killed agents come back. */
  readonly restart: boolean;
  readonly jsonFile?: string;
  readonly keep: boolean;
}

interface RawDemoOptions extends RawWorldOptions {
  readonly failovers: string;
  readonly kills: string;
  readonly restart: boolean;
  readonly json?: string;
  readonly keep?: boolean;
}

const FAULTS_MAX = 100;

const HELP_AFTER = `
Four Exchange members' worth of databases are backed up by real services over a real RabbitMQ; Exchange and the backup
client are emulated. On the way a database is failed over and an agent is killed. At the end every stored backup is compared
byte for byte with what its database contained.

Exit codes: 0 done, 4 done and some databases left out by policy, 8 done with warnings, 12 something failed, 2 the command
line is wrong, 130 interrupted.`;

/** The demo's command line; `run` gets checked options. */
export function demoProgram(
  output: { out(text: string): void; err(text: string): void },
  run: (options: DemoOptions) => Promise<void>,
): Command {
  return addWorldOptions(new Command('demo').description('A coordinated backup of an emulated DAG, with faults.'))
    .option('--failovers <n>', 'databases to fail over while they are being backed up', '1')
    .option('--kills <n>', 'agents to kill while they work', '1')
    .option('--no-restart', 'killed agents stay away')
    .option('--json <file>', 'write the result to this file')
    .option('--keep', 'leave everything running at the end')
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text.trimEnd()) })
    .action((raw: RawDemoOptions) => run(readDemoOptions(raw)));
}

/** Throws an OptionError with everything that is wrong. */
export function readDemoOptions(raw: RawDemoOptions): DemoOptions {
  const { failovers, kills, json, size, seed, ...counts } = readOptions({
    ...worldReaders(raw),
    failovers: { flag: '--failovers', read: () => parseWholeNumber(raw.failovers, 0, FAULTS_MAX) },
    kills: { flag: '--kills', read: () => parseWholeNumber(raw.kills, 0, FAULTS_MAX) },
    json: { flag: '--json', read: () => writableFile(raw.json) },
  } as const);
  return {
    world: { ...counts, seed, sizeMinBytes: size.minBytes, sizeMaxBytes: size.maxBytes },
    seed,
    failovers,
    kills,
    restart: raw.restart,
    keep: raw.keep ?? false,
    ...(json === undefined ? {} : { jsonFile: json }),
  };
}

/** Seen at the start, not after a minute of work. */
function writableFile(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const path = resolve(file);
  if (!existsSync(dirname(path))) throw new OptionError([`the folder of "${file}" does not exist`]);
  return path;
}
