import type { Command } from 'commander';
import { BACKUP_TYPES, ExitCode, FailureError, SPREADS, isFinalRunStatus, type RunView } from '#contracts';
import { isPassing, isRunUnknown, type DagClient } from '#client';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import {
  ON_FAILOVER_WORDS,
  PREFER_WORDS,
  backupRequest,
  collectList,
  type BackupOptions,
} from '../input/backup-options.js';
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
      command
        .option('--dag <names>', 'only databases of these DAGs (repeatable, or a comma list)', collectList)
        .option(
          '--database <names>',
          'only these databases, by name or GUID (repeatable, or a comma list)',
          collectList,
        )
        .option('--type <type>', `${BACKUP_TYPES.join(', ')} (default: full)`)
        .option('--copies-per-database <n>', 'back up each database n times, on different members (default: 1)')
        .option(
          '--exclude-member <names>',
          'members that must do nothing in this run (repeatable, or a comma list)',
          collectList,
        )
        .option(
          '--prefer-member <names>',
          'members taken first among copies that are equal otherwise (repeatable, or a comma list)',
          collectList,
        )
        .option('--min-interval <time>', 'leave databases alone whose last good backup is younger, like 20h')
        .option(
          '--spread <what>',
          `what the copies of a database must not share: ${SPREADS.join(', ')} (default: member)`,
        )
        .option('--prefer <copies>', `${Object.keys(PREFER_WORDS).join(', ')} (default: passive)`)
        .option('--on-failover <policy>', `${Object.keys(ON_FAILOVER_WORDS).join(', ')} (default: follow-active)`)
        .option('--deadline <time>', 'the run ends at the latest after this time, like 6h or 90m')
        .option('--request-id <id>', 'asking twice with the same id gives the same run')
        .option('--requested-by <name>', 'who asks (default: user@host)')
        .option('--wait', "show progress until the run is over; the exit code is then the run's"),
    work: (context, _arguments, options) => backup(context, options),
  });
}

async function backup(context: CommandContext, options: BackupOptions & { readonly wait?: boolean }): Promise<number> {
  const request = backupRequest(options);
  return context.withClient(async (client) => {
    const { requestId } = await client.backup(request);
    if (options.wait) return follow(context, client, { requestId });
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
