import { LOOKED_AT_MAX, withDeadLetters, type Looked, type ParkedMessage, type Settlement } from '#messaging';
import { audit, auditEntry } from '../audit.js';
import type { CommandContext } from '../context.js';
import type { Meant } from '../input/dead-letter-options.js';
import { UsageError } from '../input/usage-error.js';
import type { LookedQueue } from '../render/dead-letters.js';

/** Settles what was meant, in the one queue where it lies. */
export async function settle(
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
export async function find(
  context: CommandContext,
  id: string,
  queues: readonly string[],
): Promise<readonly ParkedMessage[]> {
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

/** Ids that one entry of the audit log names; of more it gives the number. */
const AUDITED_IDS_MAX = 100;

/** Who took these from where they lay, and what for. */
export async function recordTaken(
  context: CommandContext,
  verb: 'replay' | 'discard',
  queue: string,
  taken: readonly ParkedMessage[],
): Promise<void> {
  if (taken.length === 0) return;
  const ids = taken.slice(0, AUDITED_IDS_MAX).map(({ id }) => id);
  await audit(context, auditEntry(`message.${verb}`, queue, { count: taken.length, ids }));
}

/** What to say of messages of the queue that were not reached; what stays is reached first the next time, too. */
export function leftText(meant: Meant, { queue, count, messages }: LookedQueue, staying: number): readonly string[] {
  if (meant.kind === 'one') return [];
  if (messages.length === 0) return [`Nothing lies in ${queue}.`];
  const left = count - messages.length;
  if (left === 0) return [];
  return [`${left} more lie in ${queue}: say the same again${staying > 0 ? ' with a larger --limit' : ''}.`];
}
