import { WAIT_STEPS } from '#contracts';

/** RabbitMQ's own limit for an acknowledgement (`consumer_timeout`); then it takes the message back. */
const ACKNOWLEDGED_WITHIN_MS = 30 * 60 * 1_000;
/** For how long a hop (into a wait queue, or to a parking place) is tried before its message goes back to its own queue. */
const HOP_WITHIN_MS = 10 * 60 * 1_000;

/**
 * After this a message that was handled is not delivered again as long as somebody consumes its queue: each rung of the redelivery
 * ladder waited for, each hop as slow as it may be, each acknowledgement as late. Marks of seen messages are kept for longer.
 */
export const LONGEST_REDELIVERY_MS =
  WAIT_STEPS.reduce((sumMs, { delayMs }) => sumMs + delayMs + HOP_WITHIN_MS + ACKNOWLEDGED_WITHIN_MS, 0) +
  ACKNOWLEDGED_WITHIN_MS;

/** What is wrong with a time for which marks of seen messages are kept; undefined when nothing is. */
export function retentionProblem(key: string, retentionMs: number): string | undefined {
  if (retentionMs > LONGEST_REDELIVERY_MS) return undefined;
  return (
    `${key} (${retentionMs}) must be longer than ${LONGEST_REDELIVERY_MS}, the longest time after which a message may be ` +
    'delivered again: forgotten earlier, it would be handled twice'
  );
}
