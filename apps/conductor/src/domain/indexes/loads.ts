import type { Map as IMap } from 'immutable';
import { liveAttempt, type TaskState } from '../run.state.js';
import { isQueued } from './queues.js';
import type { TaskChange } from './task-change.js';

export interface MemberLoad {
  readonly liveAttempts: number;
  /** Bytes of what is queued and what runs, over all runs. */
  readonly openBytes: number;
  readonly lastDispatchAtMs: number | null;
}

export interface Loads {
  readonly loads: IMap<string, MemberLoad>;
}

const NO_LOAD: MemberLoad = { liveAttempts: 0, openBytes: 0, lastDispatchAtMs: null };

export function loadOf({ loads }: Loads, member: string): MemberLoad {
  return loads.get(member, NO_LOAD);
}

export function loadsAfter({ loads }: Loads, { before, after, atMs }: TaskChange): Loads {
  let next = loads;
  const change = (member: string, changed: (load: MemberLoad) => Partial<MemberLoad>): void => {
    next = next.update(member, NO_LOAD, (load) => ({ ...load, ...changed(load) }));
  };
  const heldBefore = before && heldBy(before);
  const heldAfter = after && heldBy(after);
  if (heldBefore !== heldAfter) {
    const bytes = (after ?? before)?.sizeBytes ?? 0;
    if (heldBefore) change(heldBefore, ({ openBytes }) => ({ openBytes: openBytes - bytes }));
    if (heldAfter) change(heldAfter, ({ openBytes }) => ({ openBytes: openBytes + bytes }));
  }
  const was = before && liveAttempt(before);
  const is = after && liveAttempt(after);
  if (was?.attemptId !== is?.attemptId) {
    if (was) change(was.member, ({ liveAttempts }) => ({ liveAttempts: liveAttempts - 1 }));
    if (is)
      change(is.member, ({ liveAttempts, lastDispatchAtMs }) => ({
        liveAttempts: liveAttempts + 1,
        // Not simply this one: a replay brings the attempts of one run after those of another.
        lastDispatchAtMs: Math.max(lastDispatchAtMs ?? atMs, atMs),
      }));
  }
  return { loads: next };
}

/** The member that carries a task's bytes: queued or at work. */
function heldBy(task: TaskState): string | undefined {
  return isQueued(task) ? task.member : liveAttempt(task)?.member;
}
