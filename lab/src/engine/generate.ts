import { fractionOf } from '../world/content.js';
import { stoppedMembers } from '../world/reachable.js';
import type { DatabaseRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';
import { replayLogs, writeLogs } from './files.js';
import { LOG_INTERVAL_MIN_MS, LOG_INTERVAL_SPREAD_MS, LOGS_PER_SECOND_MAX } from './limits.js';
import { isUnderSnapshot } from './snapshots.js';

/** Users at work: a new log generation on every mounted active copy that is due. */
export function generateLogs(store: WorldStore, now: number): void {
  const { count = 0 } = store.one<{ count: number }>('SELECT count(*) AS count FROM databases') ?? {};
  const spacingMs = (count * 1_000) / LOGS_PER_SECOND_MAX;
  const isStopped = stoppedMembers(store);
  const due = store.all<DatabaseRow>('SELECT * FROM databases WHERE nextGenerationAt <= ? ORDER BY name', now);
  for (const { guid } of due.filter((each) => isDue(each, isStopped, now))) {
    store.immediate(() => {
      const database = store.database(guid);
      if (!isDue(database, isStopped, now) || isUnderSnapshot(store, guid, database.activeMember)) return;
      const copy = store.copy(guid, database.activeMember);
      if (copy === undefined) throw new Error(`${database.name} has no copy on its active member`);
      const generation = database.generation + 1;
      writeLogs(store.directory, copy, database, generation, generation);
      replayLogs(store.directory, copy, database, generation, generation);
      const drawn = LOG_INTERVAL_MIN_MS + LOG_INTERVAL_SPREAD_MS * fractionOf(`interval:${guid}:${generation}`);
      store.run(
        'UPDATE databases SET generation = ?, nextGenerationAt = ? WHERE guid = ?',
        generation,
        now + Math.round(Math.max(drawn, spacingMs)),
        guid,
      );
      store.run(
        'UPDATE copies SET copied = ?, replayed = ? WHERE database = ? AND member = ?',
        generation,
        generation,
        guid,
        database.activeMember,
      );
    });
  }
}

function isDue(database: DatabaseRow, isStopped: (member: string) => boolean, now: number): boolean {
  return (
    database.kind !== 'recovery' &&
    database.mounted === 1 &&
    database.nextGenerationAt <= now &&
    !isStopped(database.activeMember)
  );
}
