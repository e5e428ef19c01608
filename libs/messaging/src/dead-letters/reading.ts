import type { Channel, ConsumeMessage } from 'amqplib';
import { deferred } from '../connection/deferred.js';
import { messageOf } from '../connection/log.js';

/**
 * Messages of one queue looked at, whatever is looked for among them. All that are there are looked at, because RabbitMQ puts those that
 * come back behind the others that came back before: a look at some would change the order.
 */
export const LOOKED_AT_MAX = 10_000;
/** The broker sends what is there at once. What has not come after this is in the hands of another reader. */
const QUIET_MS = 10_000;

const ADVICE: ReadonlyMap<unknown, string> = new Map([
  [403, ' Only an administrator of the broker may: use the URL with which "dagctl topology apply" is done.'],
  [404, ' Make what is missing: dagctl topology apply'],
]);

/** The messages that are ready: neither settled nor in the hands of a reader. */
export async function countOf(channel: Channel, queue: string): Promise<number> {
  return (await readable(queue, channel.checkQueue(queue))).messageCount;
}

/** What the broker says to a reader, with what to do about a refusal. */
async function readable<T>(queue: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const advice = ADVICE.get(code) ?? '';
    throw new Error(`${queue} cannot be read: ${messageOf(error)}.${advice}`, { cause: error });
  }
}

/** Takes the first `count` messages of a queue without acknowledging them; all of them come back when the channel closes. */
export async function eachOf(
  channel: Channel,
  queue: string,
  count: number,
  take: (message: ConsumeMessage) => void,
): Promise<void> {
  if (count === 0) return;
  const all = deferred<void>();
  channel.once('close', () => all.reject(new Error(`the channel that read ${queue} was closed`)));
  let arrived = 0;
  const quiet = setTimeout(() => all.resolve(), QUIET_MS);
  try {
    await channel.prefetch(count);
    const consuming = channel.consume(queue, (message) => {
      if (!message) {
        all.reject(new Error(`the broker ended the reading of ${queue}: it was deleted, or looks for a leader`));
        return;
      }
      // Those that are settled make room for more, which were not asked for.
      if (arrived >= count) return;
      arrived += 1;
      quiet.refresh();
      take(message);
      if (arrived === count) all.resolve();
    });
    await readable(queue, consuming);
    await all.promise;
  } finally {
    clearTimeout(quiet);
  }
}
