import 'reflect-metadata';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DagClient } from '#client';
import { ExitCode } from '#contracts';
import { EXIT_FAILED, interruption, runCommandLine } from '../cli/run-command.js';
import { Lab } from '../supervisor/index.js';
import { createWorld, type WorldOptions } from '../world/index.js';
import { runChaos, type ChaosResult } from './chaos.js';
import { chaosProgram, type ChaosCommand } from './options.js';
import { reportOf, summaryOf } from './report.js';

const MIB = 1024 * 1024;

/** Small, for the number of kills counts and not the number of bytes: one to two seconds for each backup. */
const WORLD: Omit<WorldOptions, 'seed'> = {
  members: 3,
  databases: 6,
  copies: 2,
  standalone: 1,
  publicFolders: 0,
  recoveryDatabases: 0,
  withoutClient: 0,
  sizeMinBytes: 2 * MIB,
  sizeMaxBytes: 4 * MIB,
  rateBytesPerSecond: 2 * MIB,
};
const TIMING = { leaseMs: 4_000, heartbeatMs: 500, pollMs: 1_000 };

const say = (line: string): void => console.log(line);
const output = { out: say, err: (text: string): void => console.error(text) };

const program = chaosProgram(output, async (options) => {
  process.exitCode = await chaos(options, interruption());
});
const code = await runCommandLine(program, process.argv.slice(2), output.err);
process.exitCode = code === EXIT_FAILED ? ExitCode.failed : code;

async function chaos(options: ChaosCommand, signal: AbortSignal): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'dag-chaos-'));
  try {
    await createWorld(directory, { ...WORLD, seed: options.seed });
    const result = await inLab(directory, options, signal);
    if (options.jsonFile !== undefined)
      writeFileSync(options.jsonFile, `${JSON.stringify(reportOf(result), null, 2)}\n`);
    say(summaryOf(result));
    return result.problems.length === 0 ? ExitCode.done : ExitCode.failed;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function inLab(directory: string, options: ChaosCommand, signal: AbortSignal): Promise<ChaosResult> {
  const lab = await Lab.up({ directory, say, signal, timing: TIMING });
  try {
    const client = await DagClient.connect(lab.apiUrl, { name: 'chaos' });
    try {
      return await runChaos(lab, client, { ...options, say, signal });
    } finally {
      await client.close();
    }
  } finally {
    await lab.down({ say, discard: true });
  }
}
