import type { Command } from 'commander';
import { ExitCode } from '#contracts';
import { withDeadLetters } from '#messaging';
import type { CommandContext } from '../context.js';
import { discard } from '../dead-letters/discarding.js';
import { find } from '../dead-letters/meant.js';
import { replay } from '../dead-letters/replaying.js';
import {
  ALL_DEFAULT,
  LIST_DEFAULT,
  limitOf,
  meantBy,
  queuesOf,
  type DeadLetterOptions,
} from '../input/dead-letter-options.js';
import { recordOf, renderDeadLetter, renderDeadLetters, summaryOf, type LookedQueue } from '../render/dead-letters.js';
import { define, type Define } from './define.js';

const ID_HELP = 'ID is what "dagctl dead-letters list" shows.';

export function addDeadLetters(program: Command, run: Define): void {
  const group = program
    .command('dead-letters')
    .description('Messages that could not be handled, and wait for a person. Needs an administrator of the broker.');
  define(group, run, 'list', 'What lies where, since when and why. Exit code 8 when there is something.', {
    examples: ['dagctl dead-letters list', 'dagctl dead-letters list --queue dag.conductor.error --limit 200'],
    options: (command) =>
      withQueue(command).option('--limit <n>', `how many messages of each queue (default: ${LIST_DEFAULT})`),
    work: (context, _arguments, options) => list(context, options),
  });
  define(group, run, 'show <ID>', `All of one message: properties, headers, what is wrong with it, body. ${ID_HELP}`, {
    examples: ['dagctl dead-letters show 3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11'],
    options: withQueue,
    work: (context, [id = ''], options) => show(context, id, options),
  });
  define(
    group,
    run,
    'replay [ID]',
    `Give it back to the queue in which it failed, when the cause is mended. If it fails again, it is parked again. ${ID_HELP}`,
    {
      examples: [
        'dagctl dead-letters replay 3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11',
        'dagctl dead-letters replay --queue dag.conductor.error --all --dry-run',
      ],
      options: withAll,
      work: (context, [id], options) => replay(context, meantBy(id, options), options),
    },
  );
  define(group, run, 'discard [ID]', `Take it off for good, and print what it was. ${ID_HELP}`, {
    examples: [
      'dagctl dead-letters discard 3f0e5a52-6a4f-4f2c-9d7c-0f6f5d3b9a11 --out kept.jsonl',
      'dagctl dead-letters discard --queue dag.node.error --all --yes --out kept.jsonl',
    ],
    options: (command) =>
      withAll(command).option(
        '--out <file>',
        'write each message to the end of FILE before it is taken off, a line each',
      ),
    work: (context, [id], options) => discard(context, meantBy(id, options), options),
  });
}

function withQueue(command: Command): Command {
  return command.option('--queue <queue>', 'only this queue');
}

function withAll(command: Command): Command {
  return withQueue(command)
    .option('--all', 'every message of that queue instead of one; needs --yes')
    .option('--yes', 'yes, really all of them')
    .option('--limit <n>', `with --all: the first so many at most (default: ${ALL_DEFAULT})`)
    .option('--dry-run', 'say what would be done, and do nothing');
}

async function list(context: CommandContext, options: DeadLetterOptions): Promise<number> {
  const limit = limitOf(options, LIST_DEFAULT);
  const queues = queuesOf(options);
  const looked = await withDeadLetters(await context.url(), async (letters) => {
    const all: LookedQueue[] = [];
    for (const queue of queues) all.push({ queue, ...(await letters.look(queue, { limit })) });
    return all;
  });
  context.result(
    { queues: looked.map(({ messages, ...rest }) => ({ ...rest, messages: messages.map(summaryOf) })) },
    () => renderDeadLetters(looked, context.look) || 'No message waits for a person.',
  );
  return looked.every(({ count }) => count === 0) ? ExitCode.done : ExitCode.warnings;
}

async function show(context: CommandContext, id: string, options: DeadLetterOptions): Promise<number> {
  const found = await find(context, id, queuesOf(options));
  context.result({ messages: found.map(recordOf) }, () =>
    found.map((message) => renderDeadLetter(message, context.look)).join('\n\n'),
  );
  return ExitCode.done;
}
