import type { Storage, StorageTables } from '#storage';
import type { ConductorTables } from './migrations.js';

/** Events deleted in one transaction, so that it never holds up a decision for long. */
export const PRUNE_EVENTS_MAX = 1_000;

/**
 * Forgets the oldest run that has ended and was requested before a moment: its last events first, so that what is left is a
 * history all the same, and the run itself with its first ones. False: there is none to forget. Call it again until then.
 */
export async function pruneRuns(
  storage: Storage<ConductorTables & StorageTables>,
  requestedBeforeMs: number,
): Promise<boolean> {
  return storage.transaction(async (tx) => {
    const run = await tx
      .selectFrom('runs')
      .select('run_id')
      .where('ended', '=', 1)
      .where('requested_at_ms', '<', requestedBeforeMs)
      .orderBy('requested_at_ms')
      .limit(1)
      .executeTakeFirst();
    if (!run) return false;
    const last = await tx
      .selectFrom('run_events')
      .select(({ fn }) => fn.max('sequence').as('sequence'))
      .where('run_id', '=', run.run_id)
      .executeTakeFirst();
    const keepTo = (last?.sequence ?? 0) - PRUNE_EVENTS_MAX;
    await tx.deleteFrom('run_events').where('run_id', '=', run.run_id).where('sequence', '>', keepTo).execute();
    if (keepTo <= 0) await tx.deleteFrom('runs').where('run_id', '=', run.run_id).execute();
    return true;
  });
}
