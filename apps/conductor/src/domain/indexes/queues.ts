import { Map as IMap, OrderedSet } from 'immutable';
import { rankMs } from '../priority.js';
import type { RunState, TaskState } from '../run.state.js';
import { decodeKey, encodeKey, type TaskKey } from '../task-key.js';
import { withEntry, withoutEntry, type SetsBy, type TaskChange } from './task-change.js';

export interface Queues {
  /** Placed tasks not yet dispatched, by member and rank, in the order in which they are to start. Encoded task keys. */
  readonly queues: IMap<string, SetsBy<number>>;
}

/** The tasks placed at a member and not yet dispatched, in the order in which they are to start. */
export function* queueOf({ queues }: Queues, member: string): Iterable<TaskKey> {
  const lanes = queues.get(member);
  if (!lanes) return;
  for (const rank of [...lanes.keys()].toSorted((a, b) => a - b)) {
    for (const encoded of lanes.get(rank, OrderedSet<string>())) yield decodeKey(encoded);
  }
}

export function membersWithQueue({ queues }: Queues): ReadonlySet<string> {
  return new Set(queues.keys());
}

/** Where a task stands in every queue: the smaller goes first. */
export function rankOf(run: RunState, task: TaskState): number {
  return rankMs(run.requestedAtMs, task.priority, task.attempts.length > 0);
}

/** It has a place in a member's queue. */
export function isQueued(task: TaskState): task is TaskState & { member: string } {
  return task.status === 'pending' && task.member !== null;
}

export function queuesAfter({ queues }: Queues, { key, run, before, after }: TaskChange): Queues {
  const from = before && placeOf(run, before);
  const to = after && placeOf(run, after);
  if (from?.member === to?.member && from?.rank === to?.rank) return { queues };
  const encoded = encodeKey(key);
  let next = queues;
  if (from) next = without(next, from, encoded);
  if (to) next = next.set(to.member, withEntry(next.get(to.member, NO_LANES), to.rank, encoded));
  return { queues: next };
}

interface Place {
  readonly member: string;
  readonly rank: number;
}

const NO_LANES: SetsBy<number> = IMap();

function placeOf(run: RunState, task: TaskState): Place | undefined {
  return isQueued(task) ? { member: task.member, rank: rankOf(run, task) } : undefined;
}

function without(queues: Queues['queues'], { member, rank }: Place, encoded: string): Queues['queues'] {
  const lanes = withoutEntry(queues.get(member, NO_LANES), rank, encoded);
  return lanes.isEmpty() ? queues.remove(member) : queues.set(member, lanes);
}
