import type { BackupType } from '#contracts';
import { stoppedMembers } from '../world/reachable.js';
import { WorldStore } from '../world/store.js';
import { backupDatabase, type ClientContext } from './backup.js';
import { parseCommand, type ClientCommand, type ClientOptions } from './command-line.js';
import { readConfiguration, type ClientConfiguration } from './configuration.js';
import { ClientFailure, exitCodeOf, RC_NOTHING_TO_DO, RC_UNEXPECTED } from './failure.js';
import { BANNER, Output } from './output.js';
import { visibleBackups } from './find-backup.js';
import { queryExchange, queryTdp } from './queries.js';
import { queryTsm } from './query-tsm.js';
import { restoreSpellingIn } from './restore-spelling.js';
import { restoreDatabase, restoreFiles } from './restore.js';
import { selectDatabases } from './select.js';

/** Runs one command line and gives the exit code of the process. */
export async function runClient(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  let output = new Output(false);
  let operation: Operation = 'Backup';
  try {
    const command = parseCommand(argv, restoreSpellingIn(env['DAG_LAB_RESTORE_SPELLING']));
    operation = command.kind === 'restore' || command.kind === 'restoreFiles' ? 'Restore' : 'Backup';
    output = new Output(command.options.quiet);
    BANNER.forEach((line) => output.console(line));
    const configuration = readConfiguration(command.options);
    output.logTo(configuration.logFile);
    output.lines(configuration.warnings);
    const rc = await withWorld(command, configuration, env, output, stop.signal);
    if (rc === 0) output.line('Completed');
    return exitCodeOf(rc);
  } catch (error) {
    return exitCodeOf(report(error, output, operation));
  }
}

type Operation = 'Backup' | 'Restore';

/** Prints why, and gives the return code. */
function report(error: unknown, output: Output, operation: Operation): number {
  if (error instanceof ClientFailure) {
    output.lines([...error.lines, '', `VSS ${operation} operation completed with rc = ${error.rc}`]);
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
        queryTsm(store, member, command, configuration, output);
        return 0;
      case 'backup':
        return await backupAll({ store, member, output, stop }, command, configuration);
      case 'restore':
      case 'restoreFiles':
        return await restoreAll({ store, member, output, stop }, command, configuration, env);
      default: {
        const unknown: never = command;
        throw new Error(`unknown command ${JSON.stringify(unknown)}`);
      }
    }
  } finally {
    store.close();
  }
}

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
  return oneAfterTheOther(context, names, 'Backup', (name) => backupDatabase(context, name, command.type));
}

async function restoreAll(
  context: ClientContext,
  command: Extract<ClientCommand, { readonly kind: 'restore' | 'restoreFiles' }>,
  configuration: ClientConfiguration,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { member, output } = context;
  const { kind, databases, type, options } = command;
  output.lines([
    'Connecting to Exchange Server, please wait...',
    `Connecting to Storage Protect Server as node '${configuration.dagNode || member}'...`,
    'Querying Storage Protect Server for backups ....',
    'Starting Exchange database restore...',
  ]);
  const names = databases === '*' ? restorableHere(context, type, options) : databases;
  if (names.length === 0)
    throw new ClientFailure(RC_NOTHING_TO_DO, [`ACN0464I There is nothing to restore (rc = ${RC_NOTHING_TO_DO}).`]);
  const { applyRestoredLogs } = restoreSpellingIn(env['DAG_LAB_RESTORE_SPELLING']);
  return oneAfterTheOther(context, names, 'Restore', (name) =>
    kind === 'restoreFiles'
      ? restoreFiles(context, name, type, options)
      : restoreDatabase(context, name, type, options, options.recover !== applyRestoredLogs),
  );
}

function restorableHere(
  { store, member }: ClientContext,
  type: BackupType,
  { fromServer }: ClientOptions,
): readonly string[] {
  const stored = visibleBackups(store, member, fromServer)
    .filter((each) => each.isActive && each.backup.type === type)
    .map((each) => each.databaseName);
  return store
    .databases()
    .filter((each) => each.activeMember === member && stored.includes(each.name))
    .map((each) => each.name);
}

/** A failure does not stop the rest, and its return code is the whole command's. */
async function oneAfterTheOther(
  context: ClientContext,
  names: readonly string[],
  operation: Operation,
  work: (name: string) => Promise<void>,
): Promise<number> {
  let rc = 0;
  for (const name of names) {
    try {
      await work(name);
    } catch (error) {
      rc = report(error, context.output, operation);
      if (context.stop.aborted) break;
    }
  }
  return rc;
}
