import { stoppedMembers } from '../world/moves.js';
import { WorldStore } from '../world/store.js';
import { backupDatabase, type ClientContext } from './backup.js';
import { parseCommand, type ClientCommand } from './command-line.js';
import { readConfiguration, type ClientConfiguration } from './configuration.js';
import { ClientFailure, exitCodeOf, RC_NOTHING_TO_DO, RC_UNEXPECTED } from './failure.js';
import { BANNER, Output } from './output.js';
import { queryExchange, queryTdp, queryTsm } from './queries.js';
import { selectDatabases } from './select.js';

/** Runs one command line and gives the exit code of the process. */
export async function runClient(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  let output = new Output(false);
  try {
    const command = parseCommand(argv);
    output = new Output(command.options.quiet);
    BANNER.forEach((line) => output.console(line));
    const configuration = readConfiguration(command.options);
    output.logTo(configuration.logFile);
    output.lines(configuration.warnings);
    const rc = await withWorld(command, configuration, env, output, stop.signal);
    if (rc === 0) output.line('Completed');
    return exitCodeOf(rc);
  } catch (error) {
    return exitCodeOf(report(error, output));
  }
}

/** Prints why, and gives the return code. */
function report(error: unknown, output: Output): number {
  if (error instanceof ClientFailure) {
    output.lines([...error.lines, '', `VSS Backup operation completed with rc = ${error.rc}`]);
    return error.rc;
  }
  output.line(`ACN9999E Unexpected: ${error instanceof Error ? error.message : String(error)}`);
  return RC_UNEXPECTED;
}

async function withWorld(
  command: ClientCommand,
  configuration: ClientConfiguration,
  env: NodeJS.ProcessEnv,
  output: Output,
  stop: AbortSignal,
): Promise<number> {
  const { DAG_LAB_DIR: lab, DAG_LAB_MEMBER: name } = env;
  if (lab === undefined || name === undefined) {
    throw new ClientFailure(RC_UNEXPECTED, [
      'ACN9998E This emulation needs DAG_LAB_DIR (the folder of the lab) and DAG_LAB_MEMBER in its environment.',
    ]);
  }
  const store = WorldStore.open(lab);
  try {
    const member = store.member(name).name;
    switch (command.kind) {
      case 'queryTdp':
        queryTdp(configuration, member, output);
        return 0;
      case 'queryExchange':
        queryExchange(store, member, output);
        return 0;
      case 'queryTsm':
        queryTsm(store, command, configuration, output);
        return 0;
      case 'backup':
        return await backupAll({ store, member, output, stop }, command, configuration);
      default: {
        const unknown: never = command;
        throw new Error(`unknown command ${JSON.stringify(unknown)}`);
      }
    }
  } finally {
    store.close();
  }
}

/** One after the other; a failure does not stop the rest, and its return code is the whole command's. */
async function backupAll(
  context: ClientContext,
  command: Extract<ClientCommand, { readonly kind: 'backup' }>,
  configuration: ClientConfiguration,
): Promise<number> {
  const { store, member, output } = context;
  output.lines([
    'Querying Exchange Server to gather database information, please wait...',
    `Connecting to Storage Protect Server as node '${configuration.dagNode || member}'...`,
    `Connecting to Local DSM Agent '${member}'...`,
    'Starting Exchange database backup...',
  ]);
  const local = store
    .databases()
    .map((database) => ({ database, copies: store.copiesOf(database.guid) }))
    .filter(({ copies }) => copies.some((copy) => copy.member === member));
  const names = selectDatabases(command.databases, command.options, local, member, stoppedMembers(store), Date.now());
  if (names.length === 0)
    throw new ClientFailure(RC_NOTHING_TO_DO, [`ACN0464I There is nothing to back up (rc = ${RC_NOTHING_TO_DO}).`]);
  let rc = 0;
  for (const name of names) {
    try {
      await backupDatabase(context, name, command.type);
    } catch (error) {
      rc = report(error, output);
      if (context.stop.aborted) break;
    }
  }
  return rc;
}
