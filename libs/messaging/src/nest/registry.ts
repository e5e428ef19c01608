import type { Handler, Handlers } from '../consuming/handler.js';
import type { QueueOptions } from '../consuming/queue-consumer.js';

export interface FoundHandler extends Handler {
  readonly type: string;
  /** As written in `@Handles`. */
  readonly queue: string;
}

/**
 * The handlers of every consumed queue. Throws, naming every fault, when two handlers take the same message of the same queue, a queue has
 * none, or a handler waits on a queue that nobody consumes: found at start, not by a message that goes the wrong way.
 */
export function arrange(
  found: readonly FoundHandler[],
  queues: readonly QueueOptions[],
): ReadonlyMap<QueueOptions, Handlers> {
  const faults: string[] = [];
  const arranged = new Map<QueueOptions, Map<string, Handler>>(queues.map((queue) => [queue, new Map()]));
  for (const handler of found) {
    const queue = queues.find((each) => each.as === handler.queue || each.name === handler.queue);
    const handlers = queue && arranged.get(queue);
    if (!handlers) {
      faults.push(
        `${handler.where} handles ${handler.type} from ${handler.queue}, which is not among the consumed queues`,
      );
      continue;
    }
    const other = handlers.get(handler.type);
    if (other)
      faults.push(`${handler.type} from ${handler.queue} has two handlers: ${other.where} and ${handler.where}`);
    else handlers.set(handler.type, handler);
  }
  for (const [queue, handlers] of arranged) {
    if (handlers.size === 0) faults.push(`queue ${queue.name} is consumed, but nothing handles its messages`);
  }
  if (faults.length > 0) throw new Error(`the message handlers are not complete: ${faults.join('; ')}`);
  return arranged;
}
