import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { Lab } from '../supervisor/index.js';
import { verifyCopies, verifyStorage } from '../verify/index.js';
import { createWorld, openWorld, worldStatus, type World } from '../world/index.js';
import { OptionError, formatBytes, parseBytes, parseRate } from './quantities.js';
import { EXIT_FAILED, interruption } from './run-command.js';
import { renderStatus } from './status-text.js';
import { watchServices } from './watch-services.js';
import { addWorldOptions, readWorldOptions, type RawWorldOptions } from './world-options.js';

export interface Output {
  out(text: string): void;
  err(text: string): void;
}

const HELP_AFTER = `
A lab is a folder that stands in for Exchange and the backup client, so that the real services can be tried on one machine.

  npm run lab -- create /tmp/lab            make one
  npm run lab -- up /tmp/lab --detach       start the broker and every service
  eval "$(npm run -s lab -- env /tmp/lab)"  let dagctl find the broker
  npx dagctl backup --wait                  back up everything
  npm run lab -- failover /tmp/lab DB01 --to EX02
  npm run lab -- verify /tmp/lab            check every stored backup byte for byte
  npm run lab -- corrupt /tmp/lab DB01      give it a reason to be restored
  npm run lab -- verify /tmp/lab --copies   check the files of every copy too
  npm run lab -- down /tmp/lab

Exit codes: 0 done, 1 it went wrong (or verify found a difference), 2 the command line is wrong.`;

/** `npm run lab -- <command>`. */
export function labProgram(output: Output): Command {
  const program = new Command('lab')
    .description('A DAG in a folder: emulated Exchange and backup client, real services.')
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd()),
    });
  addLifeCommands(program, output);
  addFaultCommands(program, output);
  addWorldCommands(program, output);
  addRestoreFaultCommands(program, output);
  addLookingCommands(program, output);
  return program;
}

function addLifeCommands(program: Command, { out, err }: Output): void {
  addWorldOptions(program.command('create').argument('<dir>').description('make a lab in a new or empty folder'))
    .addHelpText('after', '\nExample: npm run lab -- create /tmp/lab --members 6 --databases 30 --size 1MiB..8MiB')
    .action(async (dir: string, raw: RawWorldOptions) => {
      const options = readWorldOptions(raw);
      if (existsSync(dir) && readdirSync(dir).length > 0)
        throw new OptionError([`${dir} is not empty: name a new folder`]);
      await createWorld(resolve(dir), options);
      out(`Made a lab in ${dir}. Start it with: npm run lab -- up ${dir}`);
    });
  program
    .command('up')
    .argument('<dir>')
    .option('--detach', 'return when everything works; without it, stay until Ctrl-C and then stop everything')
    .description('start the broker, the inventory, the conductor and one agent per member with a client')
    .action(async (dir: string, { detach }: { detach?: boolean }) => {
      const signal = interruption();
      const lab = await Lab.up({ directory: dir, say: err, signal, withConsole: true });
      out(`The console (the link signs you in, once): ${await lab.consoleLink(signal)}`);
      out(`The lab is up. For dagctl: eval "$(npm run -s lab -- env ${dir})"`);
      const managementUrl = lab.broker?.managementUrl;
      if (managementUrl !== undefined) out(`Management page of the broker: ${managementUrl} (vhost ${lab.vhost})`);
      if (detach) return;
      err('Ctrl-C stops everything.');
      await watchServices(lab, err, signal);
      err('Stopping everything.');
      await lab.down({ say: err });
    });
  program
    .command('down')
    .argument('<dir>')
    .description('stop everything that "up" started; the folder stays')
    .action(async (dir: string) => {
      if (!Lab.isUp(dir)) return out(`The lab in ${dir} is not up.`);
      await Lab.open(dir).down({ say: err });
      out('The lab is down.');
    });
}

function addFaultCommands(program: Command, { out }: Output): void {
  const command = (
    name: string,
    description: string,
    run: (lab: Lab, service: string) => void | Promise<void>,
    done: string,
  ): void => {
    program
      .command(name)
      .argument('<dir>')
      .argument('<service>', 'agent:MEMBER, conductor, inventory, engine or broker')
      .description(description)
      .action(async (dir: string, service: string) => {
        await run(Lab.open(dir), service);
        out(`${service} ${done}.`);
      });
  };
  command(
    'kill',
    'SIGKILL: the process dies at once; its backup client goes on, as in life',
    (lab, name) => lab.kill(name),
    'is killed',
  );
  command(
    'freeze',
    'SIGSTOP: the process stands still, as on a hanging machine',
    (lab, name) => lab.freeze(name),
    'is frozen',
  );
  command('thaw', 'let a frozen process go on', (lab, name) => lab.thaw(name), 'goes on');
  command(
    'start',
    'start a killed process again, as a service manager would',
    (lab, name) => lab.start(name),
    'runs again',
  );
}

function addWorldCommands(program: Command, { out }: Output): void {
  for (const kind of ['failover', 'switchover'] as const) {
    program
      .command(kind)
      .argument('<dir>')
      .argument('<database>')
      .requiredOption('--to <member>', 'member whose copy becomes the active one')
      .description(
        kind === 'failover' ? 'move a database as an outage would' : 'move a database as an administrator would',
      )
      .action((dir: string, database: string, { to }: { to: string }) => {
        const move = inWorld(dir, (world) =>
          kind === 'failover' ? world.failover(database, to) : world.switchover(database, to),
        );
        out(`${move.database} moves from ${move.from} to ${move.to}.`);
      });
  }
  program
    .command('copy')
    .arguments('<dir> <database> <member>')
    .requiredOption('--status <status>', 'Healthy, Suspended, Failed, FailedAndSuspended, …')
    .description('set the state of a passive copy')
    .action((dir: string, database: string, member: string, { status }: { status: string }) => {
      inWorld(dir, (world) => world.setCopyStatus(database, member, status));
      out(`The copy of ${database} on ${member} is ${status}.`);
    });
  program
    .command('rate')
    .arguments('<dir> <member> <rate>')
    .description('how fast the backup clients of a member move data, e.g. 10MiB/s')
    .action((dir: string, member: string, text: string) => {
      const rate = parseRate(text);
      inWorld(dir, (world) => world.setRate(member, rate));
      out(`${member} moves ${formatBytes(rate)} a second.`);
    });
}

/** What makes a restore needed, and what makes one fail. */
function addRestoreFaultCommands(program: Command, { out }: Output): void {
  program
    .command('corrupt')
    .arguments('<dir> <database>')
    .option('--member <member>', 'only the copy of this member')
    .description('write bad pages into the database’s files; backups fail their integrity check until it is restored')
    .action((dir: string, database: string, { member }: { member?: string }) => {
      const members = inWorld(dir, (world) => world.corrupt(database, member));
      out(`The copies of ${database} on ${members.join(', ')} are corrupt.`);
    });
  program
    .command('fail-restores')
    .arguments('<dir> <member>')
    .option('--off', 'let them succeed again')
    .description('let every restore on a member fail in the middle')
    .action((dir: string, member: string, { off }: { off?: boolean }) => {
      inWorld(dir, (world) => world.setRestoresFail(member, off !== true));
      out(off ? `Restores on ${member} work again.` : `Restores on ${member} fail in the middle from now on.`);
    });
  program
    .command('free-disk')
    .arguments('<dir> <member>')
    .option(
      '--bytes <size>',
      'what the member says is free, e.g. 10MiB; without it, what the disk under the lab really has',
    )
    .description('change the free disk space that a member reports')
    .action((dir: string, member: string, { bytes }: { bytes?: string }) => {
      const free = bytes === undefined ? null : parseBytes(bytes);
      inWorld(dir, (world) => world.setFreeBytes(member, free));
      out(free === null ? `${member} reports its real free disk.` : `${member} reports ${formatBytes(free)} free.`);
    });
}

function addLookingCommands(program: Command, { out, err }: Output): void {
  program
    .command('status')
    .argument('<dir>')
    .option('--json', 'machine readable')
    .description('members, databases, copies, running backups and processes')
    .action((dir: string, { json }: { json?: boolean }) => {
      const world = worldStatus(resolve(dir));
      const lab = Lab.isUp(dir) ? Lab.open(dir) : undefined;
      const services = (lab?.status() ?? []).map((service) => ({
        ...service,
        monitoringUrl: lab?.monitoringUrl(service.name) ?? null,
      }));
      out(json ? JSON.stringify({ up: lab !== undefined, services, world }, null, 2) : renderStatus(world, services));
    });
  program
    .command('env')
    .argument('<dir>')
    .description('print what dagctl needs to reach the lab’s broker')
    .option('--admin', 'as an administrator of the broker, for dagctl topology and dagctl dead-letters')
    .action((dir: string, { admin }: { admin?: boolean }) => {
      const lab = Lab.open(dir);
      out(`export AMQP_URL='${admin ? lab.adminUrl : lab.apiUrl}'`);
    });
  program
    .command('verify')
    .argument('<dir>')
    .option('--json', 'machine readable')
    .option('--copies', 'compare the files of every copy too, with what must be in them now')
    .description('compare every stored backup with what the database contained; exit code 1 on any difference')
    .action(async (dir: string, { json, copies }: { json?: boolean; copies?: boolean }) => {
      const storage = await verifyStorage(resolve(dir));
      const ofCopies = copies ? await verifyCopies(resolve(dir)) : null;
      const failures = [...storage.failures, ...(ofCopies?.failures ?? [])];
      if (json) out(JSON.stringify({ ...storage, failures, copiesChecked: ofCopies?.checked ?? null }, null, 2));
      for (const failure of failures) err(failure);
      const counted = ofCopies === null ? '' : `, ${ofCopies.checked} copies checked`;
      if (!json) out(`${storage.checked} stored backups checked${counted}, ${failures.length} differences.`);
      process.exitCode = failures.length === 0 ? 0 : EXIT_FAILED;
    });
}

function inWorld<Result>(dir: string, work: (world: World) => Result): Result {
  const world = openWorld(resolve(dir));
  try {
    return work(world);
  } finally {
    world.close();
  }
}
