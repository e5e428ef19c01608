import { OrderedSet, type Map as IMap } from 'immutable';
import { decodeKey, encodeKey, type TaskKey } from '../task-key.js';
import { withEntry, withoutEntry, type SetsBy, type TaskChange } from './task-change.js';

/** What wakes the tasks that are blocked. */
export interface Waits {
  /** Blocked tasks by each change that would wake them. Encoded task keys. */
  readonly blockedBy: SetsBy<string>;
  /** When time wakes a blocked task. By encoded task key. */
  readonly wakeAtMs: IMap<string, number>;
}

/** The tasks that wait for a change, given as its key. */
export function waitingFor({ blockedBy }: Waits, change: string): readonly TaskKey[] {
  return [...blockedBy.get(change, OrderedSet<string>())].map(decodeKey);
}

/** The tasks whose wait time has ended. */
export function dueTasks({ wakeAtMs }: Waits, nowMs: number): readonly TaskKey[] {
  const due: TaskKey[] = [];
  for (const [encoded, atMs] of wakeAtMs) if (atMs <= nowMs) due.push(decodeKey(encoded));
  return due;
}

export function waitsAfter({ blockedBy, wakeAtMs }: Waits, { key, before, after }: TaskChange): Waits {
  if (before?.blocked === after?.blocked) return { blockedBy, wakeAtMs };
  const encoded = encodeKey(key);
  let next = blockedBy;
  for (const change of before?.blocked?.liftedBy ?? []) next = withoutEntry(next, change, encoded);
  for (const change of after?.blocked?.liftedBy ?? []) next = withEntry(next, change, encoded);
  const atMs = after?.blocked?.wakeAtMs ?? null;
  return { blockedBy: next, wakeAtMs: atMs === null ? wakeAtMs.remove(encoded) : wakeAtMs.set(encoded, atMs) };
}
