import type { Command } from 'commander';
import { ExitCode, type BackupsQuery } from '#contracts';
import type { CommandContext } from '../context.js';
import { collectList } from '../input/backup-options.js';
import { parseMoment } from '../input/moment.js';
import { UsageError } from '../input/usage-error.js';
import { renderBackups } from '../render/backups.js';
import { define, type Define } from './define.js';

interface Options {
  readonly database?: readonly string[];
  readonly member?: string;
  readonly at?: string;
  readonly since?: string;
  readonly until?: string;
  readonly refresh?: boolean;
}

export function addBackups(program: Command, run: Define): void {
  define(program, run, 'backups', 'The backups that exist, whoever made them: what can be restored.', {
    examples: ['dagctl backups --database MBX01', 'dagctl backups --at 2026-01-31T22:00:00Z'],
    options: (command) =>
      command
        .option(
          '--database <names>',
          'only of these databases, by name or GUID (repeatable, or a comma list)',
          collectList,
        )
        .option('--member <name>', 'only those that this member made')
        .option('--at <time>', 'only what a restore to this time would be made from')
        .option('--since <time>', 'only those made since')
        .option('--until <time>', 'only those made until')
        .option('--refresh', 'ask every backup client first'),
    work: (context, _arguments, options) => backups(context, options),
  });
}

async function backups(context: CommandContext, options: Options): Promise<number> {
  const query = backupsQuery(options);
  return context.withClient(async (client) => {
    const list = await client.backups(query);
    context.result(list, () => renderBackups(list, context.look));
    const isPartial = list.sources.some(({ problem }) => problem !== null);
    return isPartial ? ExitCode.warnings : ExitCode.done;
  });
}

function backupsQuery({ database, member, at, since, until, refresh }: Options): BackupsQuery {
  return {
    ...(database === undefined ? {} : { databases: database }),
    ...(member === undefined ? {} : { member }),
    ...(at === undefined ? {} : { at: moment('--at', at) }),
    ...(since === undefined ? {} : { startedAfter: moment('--since', since) }),
    ...(until === undefined ? {} : { startedBefore: moment('--until', until) }),
    ...(refresh ? { maxAgeMs: 0 } : {}),
  };
}

function moment(option: string, text: string): string {
  const parsed = parseMoment(text);
  if (parsed === undefined)
    throw new UsageError(`${option} must be a time with a zone like 2026-01-31T22:00:00Z, not "${text}"`);
  return parsed;
}
