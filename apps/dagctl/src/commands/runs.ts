import type { Command } from 'commander';
import { userInfo, hostname } from 'node:os';
import { ExitCode, isFinalRunStatus } from '#contracts';
import type { DagClient } from '#client';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import { UsageError } from '../input/usage-error.js';
import { renderExplanation, replaysOf } from '../render/explanation.js';
import { renderRun, renderRuns, summaryFor } from '../render/runs.js';
import { define, type Define } from './define.js';

/** The most that the conductor gives in one answer. */
const RUNS_MAX = 500;
/** How long `run cancel` waits for the conductor to take the order. */
const CANCEL_LIMIT_MS = 30_000;

const RUN_HELP = 'RUN is a run id, the beginning of one, a request id, or "last".';

export function addRuns(program: Command, run: Define): void {
  define(program, run, 'runs', 'The latest runs, newest first.', {
    examples: ['dagctl runs --limit 50'],
    options: (command) => command.option('--limit <n>', 'how many (default: 20)'),
    work: (context, _arguments, options) => listRuns(context, options['limit'] as string | undefined),
  });
  const group = program.command('run').description(`Look at one run, or cancel it. ${RUN_HELP}`);
  define(group, run, 'show <RUN>', `One run with its tasks and attempts. ${RUN_HELP}`, {
    examples: ['dagctl run show last --history'],
    options: (command) => command.option('--history', 'everything that happened, too'),
    work: (context, [name = ''], options) => show(context, name, options['history'] === true),
  });
  define(group, run, 'watch <RUN>', `Show a run until it is over; the exit code is the run's. ${RUN_HELP}`, {
    examples: ['dagctl run watch last'],
    work: (context, [name = '']) =>
      context.withClient(async (client) => follow(context, client, { runId: (await client.resolveRun(name)).runId })),
  });
  define(group, run, 'cancel <RUN>', `Stop a run: what runs is stopped, what waits is left. ${RUN_HELP}`, {
    examples: ['dagctl run cancel last --wait'],
    options: (command) => command.option('--wait', 'wait until the run is over'),
    work: (context, [name = ''], options) =>
      context.withClient((client) => cancel(context, client, name, options['wait'] === true)),
  });
  define(group, run, 'explain <RUN> [DATABASE]', `Why each database went where it went. ${RUN_HELP}`, {
    examples: ['dagctl run explain last MBX03', 'dagctl run explain last --replay'],
    options: (command) =>
      command.option(
        '--replay',
        'make every decision again, from what was stored with it; exit code 5 if one comes out differently',
      ),
    work: (context, [name = '', database], options) => explain(context, name, database, options['replay'] === true),
  });
}

async function listRuns(context: CommandContext, limitText: string | undefined): Promise<number> {
  const limit = Number(limitText ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > RUNS_MAX) {
    throw new UsageError(`--limit must be a whole number from 1 to ${RUNS_MAX}, not "${limitText}"`);
  }
  return context.withClient(async (client) => {
    const runs = await client.runs(limit);
    context.result({ runs }, () => renderRuns(runs, context.look));
    return ExitCode.done;
  });
}

async function show(context: CommandContext, name: string, history: boolean): Promise<number> {
  return context.withClient(async (client) => {
    const run = await client.runWithHistory({ runId: (await client.resolveRun(name)).runId });
    context.result(
      run,
      () => `${renderRun(run, { ...context.look, history })}\n${summaryFor(run, run.exitCode ?? ExitCode.done)}`,
    );
    return ExitCode.done;
  });
}

async function explain(
  context: CommandContext,
  name: string,
  database: string | undefined,
  replay: boolean,
): Promise<number> {
  return context.withClient(async (client) => {
    const explanation = await client.explain((await client.resolveRun(name)).runId, database, replay);
    context.result(explanation, () => renderExplanation(explanation, context.look));
    const isOtherwise = replaysOf(explanation).some(({ outcome }) => outcome === 'different');
    return isOtherwise ? ExitCode.decidedOtherwise : ExitCode.done;
  });
}

async function cancel(context: CommandContext, client: DagClient, name: string, wait: boolean): Promise<number> {
  const { runId } = await client.resolveRun(name);
  const before = await client.run({ runId });
  if (isFinalRunStatus(before.status)) {
    context.result(before, () => `The run is over already: ${before.reason}\n${summaryFor(before, ExitCode.done)}`);
    return ExitCode.done;
  }
  await client.cancel(runId, `${userInfo().username}@${hostname()}`);
  if (wait) {
    await follow(context, client, { runId });
    return ExitCode.done;
  }
  const after = await client.waitUntil({ runId }, ({ status }) => status === 'cancelling', {
    timeoutMs: CANCEL_LIMIT_MS,
  });
  context.result(after, () => `${after.reason}\n${summaryFor(after, ExitCode.done)}`);
  return ExitCode.done;
}
