import type { Kysely } from 'kysely';
import type { ConductorTables } from './migrations.js';

/** Rows read and written at a time. */
const ROWS_MAX = 1_000;

/** An event as an earlier version stored it. */
export interface StoredEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Gives every stored event the form it has now. `upgraded` gives undefined where nothing is missing. */
export async function rewriteEvents(
  db: Kysely<unknown>,
  upgraded: (event: StoredEvent) => StoredEvent | undefined,
): Promise<void> {
  const tables = db as Kysely<ConductorTables>;
  const runs = await tables.selectFrom('runs').select('run_id').execute();
  for (const { run_id: runId } of runs) {
    for (let after = 0; ;) {
      const rows = await tables
        .selectFrom('run_events')
        .select(['sequence', 'data'])
        .where('run_id', '=', runId)
        .where('sequence', '>', after)
        .orderBy('sequence')
        .limit(ROWS_MAX)
        .execute();
      for (const { sequence, data } of rows) {
        const event = upgraded(JSON.parse(data) as StoredEvent);
        if (event) {
          await tables
            .updateTable('run_events')
            .set({ data: JSON.stringify(event) })
            .where('run_id', '=', runId)
            .where('sequence', '=', sequence)
            .execute();
        }
      }
      const last = rows.at(-1);
      if (!last) break;
      after = last.sequence;
    }
  }
}
