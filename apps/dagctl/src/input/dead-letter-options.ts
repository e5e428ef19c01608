import { parkingQueues } from '#contracts';
import { LOOKED_AT_MAX } from '#messaging';
import { UsageError } from './usage-error.js';

export const LIST_DEFAULT = 20;
export const ALL_DEFAULT = 1_000;

/** What commander collected; texts as typed. */
export interface DeadLetterOptions {
  readonly queue?: string;
  readonly limit?: string;
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly out?: string;
}

/** Which parked messages are meant: one by its id, or the first so many of one queue. */
export type Meant =
  | { readonly kind: 'one'; readonly id: string; readonly queues: readonly string[] }
  | { readonly kind: 'all'; readonly queue: string; readonly limit: number };

/** Every parking queue, or the one that was named. */
export function queuesOf({ queue }: Pick<DeadLetterOptions, 'queue'>): readonly string[] {
  const known = parkingQueues();
  if (queue === undefined) return known;
  if (known.includes(queue)) return [queue];
  throw new UsageError(`--queue must be one of ${known.join(', ')}, not "${queue}"`);
}

export function limitOf({ limit }: Pick<DeadLetterOptions, 'limit'>, standard: number): number {
  if (limit === undefined) return standard;
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > LOOKED_AT_MAX)
    throw new UsageError(`--limit must be a whole number from 1 to ${LOOKED_AT_MAX}, not "${limit}"`);
  return count;
}

export function meantBy(id: string | undefined, options: DeadLetterOptions): Meant {
  const queues = queuesOf(options);
  if (id !== undefined && options.all) throw new UsageError('give an id, or --all with --queue, not both');
  if (id !== undefined) {
    if (options.limit !== undefined) throw new UsageError('--limit goes with --all, not with an id');
    return { kind: 'one', id, queues };
  }
  const [queue] = queues;
  if (!options.all || options.queue === undefined || queue === undefined)
    throw new UsageError(
      'say which message with its id (see: dagctl dead-letters list), or all of one queue with --queue QUEUE --all',
    );
  if (!options.yes && !options.dryRun)
    throw new UsageError(
      `--all means every message in ${queue}; look at them with --dry-run first, then say the same with --yes`,
    );
  return { kind: 'all', queue, limit: limitOf(options, ALL_DEFAULT) };
}
