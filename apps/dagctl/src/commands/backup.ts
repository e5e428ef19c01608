import type { Command } from 'commander';
import { acceptance, reportAcceptance } from '../accepting.js';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import { backupRequest, type BackupOptions } from '../input/backup-options.js';
import { requestFromPlan } from '../input/plan-file.js';
import { requestOptions } from '../input/request-options.js';
import { define, type Define } from './define.js';

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
    return reportAcceptance(context, requestId, await acceptance(client, requestId));
  });
}
