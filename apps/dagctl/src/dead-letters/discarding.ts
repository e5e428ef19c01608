import { open } from 'node:fs/promises';
import { ExitCode } from '#contracts';
import type { ParkedMessage } from '#messaging';
import type { CommandContext } from '../context.js';
import type { DeadLetterOptions, Meant } from '../input/dead-letter-options.js';
import { recordOf, renderDeadLetter } from '../render/dead-letters.js';
import { leftText, recordTaken, settle } from './meant.js';

/** Bodies may hold what not everybody is to read. */
const OWNER_ONLY_FILE = 0o600;

export async function discard(context: CommandContext, meant: Meant, options: DeadLetterOptions): Promise<number> {
  const { dryRun = false, out } = options;
  const looked = await settle(context, meant, async ({ messages: held }) => {
    if (dryRun) return held.map(() => ({ kind: 'keep' }));
    if (out !== undefined) await keep(out, held);
    return held.map(() => ({ kind: 'discard' }));
  });
  const { queue, count, messages } = looked;
  context.result({ queue, dryRun, discarded: messages.map(recordOf), left: count - messages.length }, () =>
    [
      ...messages.map((message) => `${renderDeadLetter(message, context.look)}\n`),
      ...(messages.length > 0 ? [`${dryRun ? 'Would be taken' : 'Taken'} off ${queue}: ${messages.length}.`] : []),
      ...(out === undefined || dryRun || messages.length === 0 ? [] : [`Kept in ${out}.`]),
      ...leftText(meant, looked, dryRun ? messages.length : 0),
    ].join('\n'),
  );
  if (!dryRun) await recordTaken(context, 'discard', queue, messages);
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
