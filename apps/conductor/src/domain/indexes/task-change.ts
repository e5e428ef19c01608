import { Map as IMap, OrderedSet } from 'immutable';
import type { RunState, TaskState } from '../run.state.js';
import type { TaskKey } from '../task-key.js';

/** One task as it was before an event and is after it. The indexes are functions of the tasks: each is corrected by such a change. */
export interface TaskChange {
  readonly key: TaskKey;
  /** As it is after the event. */
  readonly run: RunState;
  readonly before: TaskState | undefined;
  readonly after: TaskState | undefined;
  readonly atMs: number;
}

/** Sets by key; an empty set leaves no key behind. */
export type SetsBy<Key> = IMap<Key, OrderedSet<string>>;

export function withEntry<Key>(sets: SetsBy<Key>, key: Key, entry: string): SetsBy<Key> {
  return sets.update(key, OrderedSet<string>(), (set) => set.add(entry));
}

export function withoutEntry<Key>(sets: SetsBy<Key>, key: Key, entry: string): SetsBy<Key> {
  const rest = sets.get(key, OrderedSet<string>()).remove(entry);
  return rest.isEmpty() ? sets.remove(key) : sets.set(key, rest);
}
