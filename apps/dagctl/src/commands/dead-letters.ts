import { open } from 'node:fs/promises';
import type { Command } from 'commander';
import { ExitCode } from '#contracts';
import {
  LOOKED_AT_MAX,
  replayOf,
  withDeadLetters,
  type Looked,
  type ParkedMessage,
  type Replay,
  type Settlement,
} from '#messaging';
import type { CommandContext } from '../context.js';
import {
  ALL_DEFAULT,
  LIST_DEFAULT,
  limitOf,
  meantBy,
  queuesOf,
  type DeadLetterOptions,
  type Meant,
} from '../input/dead-letter-options.js';
import { UsageError } from '../input/usage-error.js';
import { recordOf, renderDeadLetter, renderDeadLetters, summaryOf, type LookedQueue } from '../render/dead-letters.js';
import { define, type Define } from './define.js';

/** Bodies may hold what not everybody is to read. */
const OWNER_ONLY_FILE = 0o600;
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

interface Judged {
  readonly message: ParkedMessage;
  readonly replay: Replay;
}

async function replay(context: CommandContext, meant: Meant, { dryRun = false }: DeadLetterOptions): Promise<number> {
  const judge = (message: ParkedMessage): Judged => {
    const found = replayOf(message);
    const isLeftOut = meant.kind === 'all' && found.kind !== 'refused' && found.onlyById !== null;
    return { message, replay: isLeftOut ? { kind: 'refused', why: `${found.onlyById}: name it by its id` } : found };
  };
  const { queue, count, messages } = await settle(context, meant, ({ messages: held }) =>
    Promise.resolve(held.map((message) => (dryRun ? { kind: 'keep' } : settlementOf(judge(message).replay)))),
  );
  const judged = messages.map(judge);
  const left = count - messages.length;
  const replayed = judged.filter((each) => each.replay.kind !== 'refused');
  const refused = judged.filter((each) => each.replay.kind === 'refused');
  context.result(
    {
      queue,
      dryRun,
      replayed: replayed.map(({ message, replay: how }) => ({
        id: message.id,
        type: message.type,
        ...destinationOf(how),
      })),
      refused: refused.map(({ message, replay: how }) => ({
        id: message.id,
        type: message.type,
        why: how.kind === 'refused' ? how.why : '',
      })),
      left,
    },
    () =>
      [
        ...judged.map((each) => renderReplay(each, dryRun)),
        ...leftText(meant, queue, left, messages.length),
        ...(replayed.length > 0 && !dryRun ? ['What fails again is parked again: dagctl dead-letters list'] : []),
      ].join('\n'),
  );
  if (refused.length === 0) return ExitCode.done;
  return replayed.length === 0 ? ExitCode.failed : ExitCode.skippedByPolicy;
}

function settlementOf(found: Replay): Settlement {
  return found.kind === 'refused' ? { kind: 'keep' } : found;
}

function destinationOf(found: Replay): { readonly to: readonly string[] } {
  switch (found.kind) {
    case 'giveBack':
      return { to: [found.to] };
    case 'publish':
      return { to: found.bindings.map(({ queue }) => queue) };
    case 'refused':
      return { to: [] };
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}

function renderReplay({ message: { id, type, queue }, replay: found }: Judged, dryRun: boolean): string {
  const name = `${id} (${type ?? 'of no known type'})`;
  switch (found.kind) {
    case 'giveBack':
      return `${name} ${dryRun ? 'would go' : 'went'} back to ${found.to}`;
    case 'publish': {
      const place = `${found.exchange} with key "${found.routingKey}", for ${destinationOf(found).to.join(', ')}`;
      return `${name} ${dryRun ? 'would be' : 'was'} published again to ${place}`;
    }
    case 'refused':
      return `${name} stays in ${queue}: ${found.why}. To take it off: dagctl dead-letters discard ${id}`;
    default: {
      const unknown: never = found;
      throw new Error(`unknown replay ${JSON.stringify(unknown)}`);
    }
  }
}

async function discard(context: CommandContext, meant: Meant, options: DeadLetterOptions): Promise<number> {
  const { dryRun = false, out } = options;
  const { queue, count, messages } = await settle(context, meant, async ({ messages: held }) => {
    if (dryRun) return held.map(() => ({ kind: 'keep' }));
    if (out !== undefined) await keep(out, held);
    return held.map(() => ({ kind: 'discard' }));
  });
  const left = count - messages.length;
  context.result({ queue, dryRun, discarded: messages.map(recordOf), left }, () =>
    [
      ...messages.map((message) => `${renderDeadLetter(message, context.look)}\n`),
      ...(messages.length > 0 ? [`${dryRun ? 'Would be taken' : 'Taken'} off ${queue}: ${messages.length}.`] : []),
      ...(out === undefined || dryRun || messages.length === 0 ? [] : [`Kept in ${out}.`]),
      ...leftText(meant, queue, left, messages.length),
    ].join('\n'),
  );
  return ExitCode.done;
}

/** On the disk before the broker forgets them. */
async function keep(file: string, messages: readonly ParkedMessage[]): Promise<void> {
  try {
    const handle = await open(file, 'a', OWNER_ONLY_FILE);
    try {
      await handle.appendFile(messages.map((message) => `${JSON.stringify(recordOf(message))}\n`).join(''));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`nothing was taken off, because ${file} cannot be written: ${why}`, { cause: error });
  }
}

function leftText(meant: Meant, queue: string, left: number, done: number): readonly string[] {
  if (meant.kind === 'one') return [];
  if (done === 0) return [`Nothing lies in ${queue}.`];
  return left > 0 ? [`${left} more lie in ${queue}; say the same again for the next.`] : [];
}

/** Settles what was meant, in the one queue where it lies. */
async function settle(
  context: CommandContext,
  meant: Meant,
  decide: (looked: Looked) => Promise<readonly Settlement[]>,
): Promise<LookedQueue> {
  const url = await context.url();
  if (meant.kind === 'all') {
    const { queue, limit } = meant;
    return { queue, ...(await withDeadLetters(url, (letters) => letters.settle(queue, { limit }, decide))) };
  }
  const { id } = meant;
  const queue = onlyQueue(id, await find(context, id, meant.queues));
  const isWanted = (message: ParkedMessage): boolean => message.id === id;
  const looked = await withDeadLetters(url, (letters) =>
    letters.settle(queue, { limit: LOOKED_AT_MAX, isWanted }, decide),
  );
  if (looked.messages.length === 0) throw notThere(id);
  return { queue, ...looked };
}

/** Never empty. More than one where the same message was parked twice, or by two of its readers. */
async function find(context: CommandContext, id: string, queues: readonly string[]): Promise<readonly ParkedMessage[]> {
  const isWanted = (message: ParkedMessage): boolean => message.id === id;
  const found = await withDeadLetters(await context.url(), async (letters) => {
    const all: ParkedMessage[] = [];
    for (const queue of queues) all.push(...(await letters.look(queue, { limit: LOOKED_AT_MAX, isWanted })).messages);
    return all;
  });
  if (found.length === 0) throw notThere(id);
  return found;
}

function onlyQueue(id: string, found: readonly ParkedMessage[]): string {
  const [first = '', ...others] = new Set(found.map(({ queue }) => queue));
  if (others.length === 0) return first;
  throw new UsageError(`${id} lies in ${[first, ...others].join(' and in ')}: say which one you mean with --queue`);
}

function notThere(id: string): UsageError {
  return new UsageError(
    `no parked message has the id "${id}" (the first ${LOOKED_AT_MAX} of each queue were looked at); see: dagctl dead-letters list. ` +
      'One that somebody else looks at just now, here or in the management UI, cannot be seen until that is over.',
  );
}
