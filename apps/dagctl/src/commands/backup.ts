import type { Command } from 'commander';
import { BACKUP_TYPES, SPREADS } from '#contracts';
import { acceptance, reportAcceptance } from '../accepting.js';
import type { CommandContext } from '../context.js';
import { follow } from '../following.js';
import {
  ON_FAILOVER_WORDS,
  PREFER_WORDS,
  backupRequest,
  collectList,
  type BackupOptions,
} from '../input/backup-options.js';
import { define, type Define } from './define.js';

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
        .option('--priority <n>', 'from 1 (last) to 9 (first), over all runs (default: 5)')
        .option('--window <period>', 'when it may run, like "mon-fri 22:00-06:00 latest 04:00" (repeatable)', collect)
        .option('--time-zone <name>', "the window's time zone, like Europe/Berlin (default: this machine's)")
        .option('--when-window-closes <what>', 'finish or stop what still runs (default: finish)')
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
    return reportAcceptance(context, requestId, await acceptance(client, requestId));
  });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
