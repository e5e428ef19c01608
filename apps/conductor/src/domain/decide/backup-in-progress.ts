import type { DatabaseView } from '#contracts';
import type { ConductorState } from '../conductor.state.js';
import type { AttemptState } from '../run.state.js';
import { memberName, type World } from '../world.js';

/**
 * Who holds Exchange's lock on a database for which no attempt lives, and since when, in words; null where the lock is free or
 * an attempt of a run explains it. After a kill the state of a database is unknown until Exchange says otherwise, so this is
 * waited for and never overruled: the reference (3.2) knows of locks that stay until Exchange's own service is restarted.
 */
export function foreignLock(state: ConductorState, world: World, database: DatabaseView): string | null {
  if (database.backupInProgress !== true || state.liveByDatabase.has(database.guid)) return null;
  const still = `Exchange still says that a backup of ${database.name} is in progress`;
  const orphan = lastUnreleased(state, database.guid);
  if (!orphan) return `${still}, and no attempt of a run in hand accounts for it`;
  const where = memberName(world, orphan.member);
  const sinceMs = orphan.startedAtMs ?? orphan.dispatchedAtMs;
  const began = orphan.startedAtMs === null ? 'ordered' : 'begun';
  const end =
    orphan.outcome === 'lost' ? 'whose agent was lost' : `which ended as ${orphan.outcome} and left the lock behind`;
  return `${still}: probably attempt ${orphan.number} on ${where}, ${began} ${new Date(sinceMs).toISOString()}, ${end}`;
}

/** The attempt that ended last without Exchange's word that its lock is gone. */
function lastUnreleased(state: ConductorState, databaseGuid: string): AttemptState | undefined {
  let last: AttemptState | undefined;
  for (const run of state.runs.values()) {
    for (const taskId of run.tasksByDatabase.get(databaseGuid, [])) {
      for (const attempt of run.tasks.get(taskId)?.attempts ?? []) {
        if (mayHoldLock(attempt) && (attempt.endedAtMs ?? 0) >= (last?.endedAtMs ?? 0)) last = attempt;
      }
    }
  }
  return last;
}

/** A lost agent cannot tell; one that waited in vain for the release says so in the failure's details. */
function mayHoldLock({ outcome, failure }: AttemptState): boolean {
  return outcome === 'lost' || failure?.details?.['released'] === false;
}
