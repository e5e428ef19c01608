import type { WorldStore } from './store.js';

/** Which servers are down, as read now. */
export function stoppedMembers(store: WorldStore): (member: string) => boolean {
  const stopped = new Set(
    store
      .members()
      .filter((each) => each.stopped === 1)
      .map((each) => each.name),
  );
  return (member) => stopped.has(member);
}
