import { Command } from 'commander';
import { ExitCode } from '#contracts';
import { addAlarms } from './commands/alarms.js';
import { addBackup } from './commands/backup.js';
import { addBackups } from './commands/backups.js';
import { addDeadLetters } from './commands/dead-letters.js';
import type { Define } from './commands/define.js';
import { addDoctor } from './commands/doctor.js';
import { addInventory } from './commands/inventory.js';
import { addMaintenance } from './commands/maintenance.js';
import { addPlan } from './commands/plan.js';
import { addRestore } from './commands/restore.js';
import { addRuns } from './commands/runs.js';
import { addTokens } from './commands/tokens.js';
import { addTopology } from './commands/topology.js';
import { CommandContext, type Surroundings } from './context.js';
import { outcomeOf } from './outcome.js';

const EXIT_CODES = `
Exit codes (for schedulers):
  0    done
  2    wrong usage, or a request that names something unknown; nothing was started
  3    the plan that was to be carried out does not fit any more; nothing was started
  4    done; some databases were left out by policy
  5    a stored decision, made again, came out differently (run explain --replay)
  8    done with warnings, e.g. fewer copies than wanted
  12   a database failed, the run could not start, or broker or service cannot be reached
  130  cancelled, or waiting was stopped`;

/** Parses a command line, does it, and gives the exit code. Never throws. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = ExitCode.done;
  let debug = args.includes('--debug');
  const run: Define = async (options, work) => {
    debug = options.debug === true;
    exitCode = await work(new CommandContext(surroundings, options));
  };
  const program = dagctlProgram(run, surroundings);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.text !== undefined) surroundings.stderr.write(`dagctl: ${outcome.text}\n`);
    if (debug && error instanceof Error) surroundings.stderr.write(`${error.stack}\n`);
    return outcome.exitCode;
  }
}

/** What can be typed. `run` does the work of the command that was. */
export function dagctlProgram(run: Define, surroundings: Surroundings): Command {
  const program = new Command('dagctl')
    .description('Backs up the databases of Exchange Database Availability Groups as one system.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(add --help for what can be given)')
    .addHelpText('after', `\nExample:\n  dagctl backup --dag DAG01 --wait\n${EXIT_CODES}`);
  addDoctor(program, run);
  addInventory(program, run);
  addPlan(program, run);
  addBackup(program, run);
  addBackups(program, run);
  addRestore(program, run);
  addRuns(program, run);
  addMaintenance(program, run);
  addAlarms(program, run);
  addTokens(program, run);
  addTopology(program, run);
  addDeadLetters(program, run);
  return program;
}
