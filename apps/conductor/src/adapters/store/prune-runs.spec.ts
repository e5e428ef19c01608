import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Storage, StorageTables } from '#storage';
import { describeOnBoth, type TestDatabase } from '../../../../../libs/storage/src/testing/databases.js';
import { CONDUCTOR_MIGRATIONS, type ConductorTables } from './migrations.js';
import { PRUNE_EVENTS_MAX, pruneRuns } from './prune-runs.js';

const CUTOFF_MS = 1_800_000_000_000;

describeOnBoth('the retention of runs', (make) => {
  let database: TestDatabase;
  let storage: Storage<ConductorTables & StorageTables>;

  beforeEach(async () => {
    database = make();
    storage = await database.open<ConductorTables>(CONDUCTOR_MIGRATIONS);
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  const store = (runId: string, requestedAtMs: number, ended: 0 | 1, eventCount: number): Promise<unknown> =>
    storage.transaction(async (tx) => {
      const run = { run_id: runId, request_id: runId, status: 'any', version: eventCount };
      await tx
        .insertInto('runs')
        .values({ ...run, requested_at_ms: requestedAtMs, ended })
        .execute();
      const events = Array.from({ length: eventCount }, (_, index) => ({
        run_id: runId,
        sequence: index + 1,
        type: 'T',
        data: '{}',
      }));
      await tx.insertInto('run_events').values(events).execute();
    });
  const runIds = async (): Promise<readonly string[]> =>
    (await storage.db.selectFrom('runs').select('run_id').orderBy('run_id').execute()).map((row) => row.run_id);

  it('forgets runs that ended, in bounded steps, from their last events to their first', async () => {
    await store('large', CUTOFF_MS - 1, 1, PRUNE_EVENTS_MAX + 2);
    expect(await pruneRuns(storage, CUTOFF_MS)).toBe(true);
    const left = await storage.db.selectFrom('run_events').select('sequence').orderBy('sequence').execute();
    expect(left).toEqual([{ sequence: 1 }, { sequence: 2 }]);
    expect(await runIds()).toEqual(['large']);
    expect(await pruneRuns(storage, CUTOFF_MS)).toBe(true);
    expect(await runIds()).toEqual([]);
    expect(await storage.db.selectFrom('run_events').select('sequence').execute()).toEqual([]);
    expect(await pruneRuns(storage, CUTOFF_MS)).toBe(false);
  });

  it('keeps what has not ended, and what is not old enough', async () => {
    await store('running', CUTOFF_MS - 5, 0, 3);
    await store('recent', CUTOFF_MS, 1, 3);
    expect(await pruneRuns(storage, CUTOFF_MS)).toBe(false);
    expect(await runIds()).toEqual(['recent', 'running']);
  });
});
