import type { Command } from 'commander';
import { BACKUP_TYPES, SPREADS } from '#contracts';
import { ON_FAILOVER_WORDS, PREFER_WORDS, collectList } from './backup-options.js';

/** The options that say what is to be backed up and how: the same for a backup and for its plan. */
export function requestOptions(command: Command): Command {
  return command
    .option('--dag <names>', 'only databases of these DAGs (repeatable, or a comma list)', collectList)
    .option('--database <names>', 'only these databases, by name or GUID (repeatable, or a comma list)', collectList)
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
    .option('--spread <what>', `what the copies of a database must not share: ${SPREADS.join(', ')} (default: member)`)
    .option('--prefer <copies>', `${Object.keys(PREFER_WORDS).join(', ')} (default: passive)`)
    .option('--on-failover <policy>', `${Object.keys(ON_FAILOVER_WORDS).join(', ')} (default: follow-active)`)
    .option('--deadline <time>', 'the run ends at the latest after this time, like 6h or 90m')
    .option('--priority <n>', 'from 1 (last) to 9 (first), over all runs (default: 5)')
    .option(
      '--database-priority <list>',
      'priorities of single databases over that, like DB01=9,DB02=2 (repeatable)',
      collectList,
    )
    .option(
      '--window <period>',
      'when it may run, like "mon-fri 22:00-06:00 latest 04:00" (repeatable); for a plan also a time like 6h: whether all is done within it',
      collect,
    )
    .option('--time-zone <name>', "the window's time zone, like Europe/Berlin (default: this machine's)")
    .option('--when-window-closes <what>', 'finish or stop what still runs (default: finish)')
    .option('--request-id <id>', 'asking twice with the same id gives the same run')
    .option('--requested-by <name>', 'who asks (default: user@host)');
}

/** Of a repeatable option whose values may contain commas. */
function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
