import { Map as IMap } from 'immutable';
import { liveAttempt } from '../run.state.js';
import type { TaskKey } from '../task-key.js';
import type { TaskChange } from './task-change.js';

export interface LiveAttemptRef extends TaskKey {
  readonly attemptId: string;
  readonly member: string;
  readonly databaseGuid: string;
}

export interface LiveAttempts {
  /** Exchange's lock, mirrored: at most one live attempt per database, over all runs and members. */
  readonly liveByDatabase: IMap<string, LiveAttemptRef>;
  readonly liveByAttempt: IMap<string, LiveAttemptRef>;
  /** Live attempts in each slot that a limit counts in. */
  readonly used: IMap<string, number>;
}

export function liveAttemptsAfter(
  { liveByDatabase, liveByAttempt, used }: LiveAttempts,
  { key, before, after }: TaskChange,
): LiveAttempts {
  const was = before && liveAttempt(before);
  const is = after && liveAttempt(after);
  if (was?.attemptId === is?.attemptId) return { liveByDatabase, liveByAttempt, used };
  let next = { liveByDatabase, liveByAttempt, used };
  if (before && was)
    next = {
      liveByDatabase: next.liveByDatabase.remove(before.databaseGuid),
      liveByAttempt: next.liveByAttempt.remove(was.attemptId),
      used: withUse(next.used, was.slots, -1),
    };
  if (after && is) {
    const { databaseGuid } = after;
    const ref = { ...key, attemptId: is.attemptId, member: is.member, databaseGuid };
    next = {
      liveByDatabase: next.liveByDatabase.set(databaseGuid, ref),
      liveByAttempt: next.liveByAttempt.set(is.attemptId, ref),
      used: withUse(next.used, is.slots, 1),
    };
  }
  return next;
}

/** Who holds each database, read from the attempts that live. */
export function holdersOf({ liveByAttempt }: LiveAttempts): LiveAttempts['liveByDatabase'] {
  return IMap([...liveByAttempt.values()].map((ref) => [ref.databaseGuid, ref]));
}

function withUse(used: LiveAttempts['used'], slots: readonly string[], change: number): LiveAttempts['used'] {
  return slots.reduce((counts, slot) => {
    const count = counts.get(slot, 0) + change;
    return count === 0 ? counts.remove(slot) : counts.set(slot, count);
  }, used);
}
