import type { Command } from 'commander';
import { ExitCode, type DrainView, type ThroughputView } from '#contracts';
import { problemsOf, type DagClient } from '#client';
import type { CommandContext } from '../context.js';
import { renderDatabases, renderMembers } from '../render/inventory.js';
import { renderDrains } from '../render/maintenance.js';
import { renderStatus, type StatusReport } from '../render/status.js';
import { renderThroughput } from '../render/throughput.js';
import { define, type Define } from './define.js';

/** Runs asked for by `status`; it shows the ones at work and the latest few. */
const STATUS_RUNS = 50;

export function addInventory(program: Command, run: Define): void {
  define(program, run, 'status', 'DAGs, members, databases and runs at a glance.', {
    examples: ['dagctl status'],
    work: status,
  });
  define(program, run, 'members', 'Every member, with its client, its agent and what it holds.', {
    examples: ['dagctl members'],
    work: (context) =>
      context.withClient(async (client) => {
        const [snapshot, drains, rates] = await Promise.all([
          client.snapshot(),
          drainsOf(client),
          throughputOf(client),
        ]);
        context.result({ members: snapshot.members, drains, throughput: rates }, () =>
          [renderMembers(snapshot, context.look), renderDrains(drains ?? []), renderThroughput(rates, context.look)]
            .filter((text) => text !== '')
            .join('\n\n'),
        );
        return ExitCode.done;
      }),
  });
  define(program, run, 'databases', 'Every database, with its copies. * marks the active copy.', {
    examples: ['dagctl databases --problems'],
    options: (command) => command.option('--problems', 'only databases that need a look, and why'),
    work: (context, _arguments, options) => databases(context, options['problems'] === true),
  });
}

/** The conductor's to tell; null if it does not answer, because the members are shown all the same. */
async function throughputOf(client: DagClient): Promise<readonly ThroughputView[] | null> {
  return client.throughput().catch(() => null);
}

/** Null: the conductor does not say. The members are worth seeing all the same. */
async function drainsOf(client: DagClient): Promise<readonly DrainView[] | null> {
  try {
    return (await client.maintenance()).drains;
  } catch {
    return null;
  }
}

async function databases(context: CommandContext, onlyProblems: boolean): Promise<number> {
  return context.withClient(async (client) => {
    const snapshot = await client.snapshot();
    const shown = snapshot.databases
      .filter((database) => !onlyProblems || problemsOf(database, snapshot.members).length > 0)
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
    const value = shown.map((database) => ({ ...database, problems: problemsOf(database, snapshot.members) }));
    context.result({ databases: value }, () => renderDatabases(snapshot, shown, context.look));
    return ExitCode.done;
  });
}

/** Answers with what can be had: one silent service must not hide the other. */
async function status(context: CommandContext): Promise<number> {
  return context.withClient(async (client) => {
    const [inventory, runs, alarms] = await Promise.allSettled([
      client.snapshot(),
      client.runs(STATUS_RUNS),
      client.alarms(),
    ]);
    const report: StatusReport = {
      inventory: inventory.status === 'fulfilled' ? inventory.value : { failure: reasonOf(inventory.reason) },
      alarms: alarms.status === 'fulfilled' ? alarms.value : [],
      conductor: runs.status === 'fulfilled' ? { runs: runs.value } : { failure: reasonOf(runs.reason) },
    };
    context.result(report, () => renderStatus(report, context.look));
    const silent = [inventory, runs].filter((answer) => answer.status === 'rejected').length;
    if (silent === 2) return ExitCode.failed;
    return silent === 1 ? ExitCode.warnings : ExitCode.done;
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
