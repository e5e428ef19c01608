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
    .option('--request-id <id>', 'asking twice with the same id gives the same run')
    .option('--requested-by <name>', 'who asks (default: user@host)');
}
