import { PRIORITY_DEFAULT } from '#contracts';
import type { Kysely } from 'kysely';
import type { ConductorTables } from './migrations.js';

/** Rows read and written at a time. */
const ROWS_MAX = 1_000;

/** Histories from before blocks, priorities and slots: each event gets what it would have had. */
export async function withBlocksAndPriorities(db: Kysely<unknown>): Promise<void> {
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
        const upgraded = upgradedEvent(JSON.parse(data) as StoredEvent);
        if (upgraded) {
          await tables
            .updateTable('run_events')
            .set({ data: JSON.stringify(upgraded) })
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

export interface StoredEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Undefined where nothing is missing. */
export function upgradedEvent(event: StoredEvent): StoredEvent | undefined {
  switch (event.type) {
    case 'RunRequested':
      return {
        ...event,
        order: { priority: PRIORITY_DEFAULT, databasePriorities: [], window: null, ...(event['order'] as object) },
      };
    case 'TaskUnplaced':
      return { rule: 'unplaced', liftedBy: [], ...withPriority(event) };
    case 'TaskPlanned':
    case 'TaskLeftOut':
    case 'TaskNotNeeded':
      return withPriority(event);
    case 'TaskDeferred':
      return { rule: 'waiting', liftedBy: [], isPatient: false, ...event };
    case 'TaskDispatched': {
      const attempt = event['attempt'] as { readonly member: string };
      return { ...event, attempt: { slots: [`member:${attempt.member}`, 'global:all'], ...attempt } };
    }
    default:
      return undefined;
  }
}

function withPriority(event: StoredEvent): StoredEvent {
  return { ...event, task: { priority: PRIORITY_DEFAULT, ...(event['task'] as object) } };
}
