import type { Command } from 'commander';
import { ExitCode } from '#contracts';
import { acceptance, reportAcceptance } from '../accepting.js';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import { collectList } from '../input/backup-options.js';
import { TO_FORMS, restoreRequest, type RestoreOptions } from '../input/restore-options.js';
import { renderPreflight } from '../render/restores.js';
import { define, type Define } from './define.js';

export function addRestore(program: Command, run: Define): void {
  define(program, run, 'restore', 'Restore databases, wherever they have to be restored; asked for from anywhere.', {
    examples: [
      'dagctl restore --database MBX01 --dry-run',
      'dagctl restore --database MBX01 --at 2026-01-31T22:00:00Z --confirm MBX01 --wait',
      'dagctl restore --database MBX01 --to recovery --wait',
    ],
    options: (command) =>
      command
        .option('--database <names>', 'these databases, by name or GUID (repeatable, or a comma list)', collectList)
        .option('--dag <names>', 'every database of these DAGs (repeatable, or a comma list)', collectList)
        .option('--all', 'every database that the inventory knows')
        .option('--backup <id>', 'this backup, with what it builds on (see: dagctl backups; default: the newest)')
        .option('--at <time>', 'the last point not after this time, like 2026-01-31T22:00:00Z')
        .option('--to <target>', `${TO_FORMS.join(', ')} (default: original)`)
        .option('--member <name>', 'where a recovery database or files are put (default: chosen)')
        .option(
          '--confirm <names>',
          'databases whose present content may be overwritten while they are mounted (repeatable, or a comma list)',
          collectList,
        )
        .option(
          '--without-copies-on <members>',
          'leave out copies on these members while their servers are away; an alarm says how to reseed them (repeatable, or a comma list)',
          collectList,
        )
        .option('--full-after', 'take a new full backup afterwards (default: recommend one)')
        .option('--cancel-backup', 'cancel a backup that is running (default: wait for it)')
        .option('--dry-run', 'show every step and what stands against it, and touch nothing')
        .option('--deadline <time>', 'what has not begun by then has failed, like 6h or 90m')
        .option('--request-id <id>', 'asking twice with the same id gives the same run')
        .option('--requested-by <name>', 'who asks (default: user@host)')
        .option('--wait', "show progress until the run is over; the exit code is then the run's"),
    work: (context, _arguments, options) => restore(context, options),
  });
}

async function restore(
  context: CommandContext,
  options: RestoreOptions & { readonly wait?: boolean; readonly dryRun?: boolean },
): Promise<number> {
  const request = restoreRequest(options);
  return context.withClient(async (client) => {
    if (options.dryRun) {
      const preflight = await client.preflightRestore(request);
      context.result(preflight, () => renderPreflight(preflight, context.look));
      // As the run itself would be refused.
      return preflight.isReady ? ExitCode.done : ExitCode.usage;
    }
    const { requestId } = await client.restore(request);
    if (options.wait) return follow(context, client, { requestId });
    return reportAcceptance(context, requestId, await acceptance(client, requestId));
  });
}
