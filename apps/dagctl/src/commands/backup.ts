import type { Command } from 'commander';
import { ExitCode, isFinalRunStatus, type FailureError, type RunView } from '#contracts';
import { isPassing, isRunUnknown, type DagClient } from '#client';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import { backupRequest, type BackupOptions } from '../input/backup-options.js';
import { requestFromPlan } from '../input/plan-file.js';
import { requestOptions } from '../input/request-options.js';
import { summaryFor } from '../render/runs.js';
import { define, type Define } from './define.js';

/** How long a backup without --wait waits for the conductor to accept or refuse the request. */
const ACCEPTANCE_LIMIT_MS = 30_000;

export function addBackup(program: Command, run: Define): void {
  define(program, run, 'backup', 'Back up databases; without a selection every database that the inventory knows.', {
    examples: [
      'dagctl backup --dag DAG01 --wait',
      'dagctl backup --database MBX01,MBX02 --type copy --request-id nightly-2026-01-31',
    ],
    options: (command) =>
      requestOptions(command)
        .option('--plan <file>', 'carry out the plan in this file as it is (see: dagctl plan --out)')
        .option('--wait', "show progress until the run is over; the exit code is then the run's"),
    work: (context, _arguments, options) => backup(context, options),
  });
}

async function backup(
  context: CommandContext,
  { plan, wait, ...options }: BackupOptions & { readonly wait?: boolean; readonly plan?: string },
): Promise<number> {
  const request = plan === undefined ? backupRequest(options) : await requestFromPlan(plan, options);
  return context.withClient(async (client) => {
    const { requestId } = await client.backup(request);
    if (wait) return follow(context, client, { requestId });
    return report(context, requestId, await acceptance(client, requestId));
  });
}

interface Acceptance {
  readonly run: RunView | undefined;
  readonly trouble: FailureError | undefined;
}

/** The run once the request is checked against the inventory or refused, or as far as it got within the limit. */
async function acceptance(client: DagClient, requestId: string): Promise<Acceptance> {
  let run: RunView | undefined;
  try {
    const signal = AbortSignal.timeout(ACCEPTANCE_LIMIT_MS);
    for await (const view of client.watch(
      { requestId },
      { signal, troubleLimitMs: ACCEPTANCE_LIMIT_MS, appearLimitMs: ACCEPTANCE_LIMIT_MS },
    )) {
      run = view;
      if (view.status !== 'collecting') break;
    }
    return { run, trouble: undefined };
  } catch (error) {
    if (!isPassing(error) && !isRunUnknown(error)) throw error;
    return { run, trouble: error };
  }
}

function report(context: CommandContext, requestId: string, { run, trouble }: Acceptance): number {
  if (!run) {
    const seconds = ACCEPTANCE_LIMIT_MS / 1_000;
    context.surroundings.stderr.write(
      `The request ${requestId} is stored on the broker, but no conductor took it within ${seconds} s` +
        `${trouble ? ` (${trouble.message})` : ''}. It becomes a run when a conductor starts; do not ask again with another id.\n` +
        `  see it then:  dagctl run watch ${requestId}\n`,
    );
    context.result({ requestId, run: null }, () => `request=${requestId} status=waiting exit=${ExitCode.failed}`);
    return ExitCode.failed;
  }
  const over = isFinalRunStatus(run.status);
  const exitCode = over ? (run.exitCode ?? ExitCode.failed) : ExitCode.done;
  const advice = over ? [] : [`  watch it:  dagctl run watch ${run.runId}`];
  context.result({ requestId, run }, () => [run.reason, ...advice, summaryFor(run, exitCode)].join('\n'));
  return exitCode;
}
