import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Election, type Storage, type StorageTables } from '#storage';
import { withTablesOf } from '../../../../../libs/storage/src/own-tables.js';
import { describeOnBoth, type TestDatabase } from '../../../../../libs/storage/src/testing/databases.js';

import { CONDUCTOR_MIGRATIONS, type ConductorTables } from './migrations.js';
import type { StoredEvent } from './rewrite-events.js';

interface OldTables {
  readonly epochs: { readonly epoch: number; readonly began_at: string };
}

const NOW = '2026-01-31T22:00:00.000Z';

describeOnBoth('the change of the table of epochs', (make) => {
  let database: TestDatabase;
  let storage: Storage<StorageTables>;

  beforeEach(() => {
    database = make();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('carries the epochs on: agents have seen them, so the next one is higher', async () => {
    storage = await database.open(CONDUCTOR_MIGRATIONS.slice(0, 1));
    await storage.transaction(async (tx) => {
      const epochs = [1, 2, 41].map((epoch) => ({ epoch, began_at: NOW }));
      await withTablesOf<OldTables>(tx).insertInto('epochs').values(epochs).execute();
    });
    await storage.close();
    storage = await database.open(CONDUCTOR_MIGRATIONS);
    const leaders = await storage.db.selectFrom('leaders').select(['epoch', 'ended']).orderBy('epoch').execute();
    expect(leaders).toEqual([1, 2, 41].map((epoch) => ({ epoch, ended: 1 })));
    const leadership = await new Election({ storage, schema: 'any', holder: 'test' }).tryOnce();
    expect(leadership?.epoch).toBe(42);
    await expect(withTablesOf<OldTables>(storage.db).selectFrom('epochs').selectAll().execute()).rejects.toThrow(
      'epochs',
    );
  });
});

const RUN = 'old-run';
const TASK = { taskId: 'db/1', databaseGuid: 'db', databaseName: 'DB01', copyNumber: 1, sizeBytes: 1 };

/** Opens a database with the first migrations only, and stores these events of one run in it. */
async function openOld(database: TestDatabase, migrations: number, events: readonly StoredEvent[]) {
  const storage = await database.open<ConductorTables>(CONDUCTOR_MIGRATIONS.slice(0, migrations));
  await storage.transaction(async (tx) => {
    const tables = withTablesOf<ConductorTables>(tx);
    const row = { run_id: RUN, request_id: 'r', status: 'running', requested_at_ms: 1, ended: 0, version: 6 };
    await tables.insertInto('runs').values(row).execute();
    const rows = events.map((event, index) => ({
      run_id: RUN,
      sequence: index + 1,
      type: event.type,
      data: JSON.stringify(event),
    }));
    await tables.insertInto('run_events').values(rows).execute();
  });
  await storage.close();
}

async function eventsIn(storage: Storage<ConductorTables>): Promise<readonly unknown[]> {
  const tables = withTablesOf<ConductorTables>(storage.db);
  const rows = await tables.selectFrom('run_events').select(['sequence', 'data']).orderBy('sequence').execute();
  return rows.map(({ data }) => JSON.parse(data) as unknown);
}

describeOnBoth('the change that brought limits, blocks and priorities', (make) => {
  let database: TestDatabase;
  let storage: Storage<ConductorTables>;

  beforeEach(() => {
    database = make();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  const OLD_EVENTS: readonly StoredEvent[] = [
    { type: 'RunRequested', runId: RUN, order: { backupType: 'full' } },
    { type: 'TaskPlanned', runId: RUN, task: TASK, member: 'ex01' },
    { type: 'TaskUnplaced', runId: RUN, task: TASK, reason: 'no copy' },
    { type: 'TaskDeferred', runId: RUN, taskId: 'db/1', reason: 'a backup runs' },
    { type: 'TaskDispatched', runId: RUN, taskId: 'db/1', attempt: { attemptId: 'a.1', member: 'ex01' } },
    { type: 'AttemptStarted', runId: RUN, taskId: 'db/1', attemptId: 'a.1' },
  ];

  it('gives each event of an old history what it would have had, and an empty record of changes', async () => {
    await openOld(database, 2, OLD_EVENTS);
    storage = await database.open(CONDUCTOR_MIGRATIONS.slice(0, 3));
    const tables = withTablesOf<ConductorTables>(storage.db);
    const [requested, planned, unplaced, deferred, dispatched, started] = OLD_EVENTS;
    const task = { ...TASK, priority: 5 };
    expect(await eventsIn(storage)).toEqual([
      { ...requested, order: { backupType: 'full', priority: 5, databasePriorities: [], window: null } },
      { ...planned, task },
      { ...unplaced, task, rule: 'unplaced', liftedBy: [] },
      { ...deferred, rule: 'waiting', liftedBy: [], isPatient: false },
      { ...dispatched, attempt: { attemptId: 'a.1', member: 'ex01', slots: ['member:ex01', 'global:all'] } },
      started,
    ]);
    expect(await tables.selectFrom('maintenance_events').selectAll().execute()).toEqual([]);
  });
});

describeOnBoth('the change that stored what decisions were made from', (make) => {
  let database: TestDatabase;
  let storage: Storage<ConductorTables>;

  beforeEach(() => {
    database = make();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('says of earlier decisions that it was not stored, and leaves those alone that have it', async () => {
    const inputs = { databases: [], members: [] };
    const events: readonly StoredEvent[] = [
      { type: 'RunPlanned', runId: RUN },
      { type: 'TaskReassigned', runId: RUN, taskId: 'db/1', member: 'ex01' },
      { type: 'RunPlanned', runId: RUN, inputs },
      { type: 'TaskCompleted', runId: RUN, taskId: 'db/1' },
    ];
    await openOld(database, 4, events);
    storage = await database.open(CONDUCTOR_MIGRATIONS.slice(0, 5));
    const [planned, reassigned, known, completed] = events;
    expect(await eventsIn(storage)).toEqual([
      { ...planned, inputs: null },
      { ...reassigned, inputs: null },
      known,
      completed,
    ]);
  });
});

describeOnBoth('the change that lets restores leave copies out', (make) => {
  let database: TestDatabase;
  let storage: Storage<ConductorTables>;

  beforeEach(() => {
    database = make();
  });
  afterEach(async () => {
    await storage.close();
    await database.remove();
  });

  it('lets those asked for before leave none out, and touches nothing else', async () => {
    const events: readonly StoredEvent[] = [
      { type: 'RestoreRequested', runId: RUN, order: { databases: ['MBX01'] } },
      { type: 'RestoreRefused', runId: RUN, reason: 'no' },
    ];
    await openOld(database, 5, events);
    storage = await database.open(CONDUCTOR_MIGRATIONS);
    const [requested, refused] = events;
    const order = { databases: ['MBX01'], withoutCopiesOn: [] };
    expect(await eventsIn(storage)).toEqual([{ ...requested, order }, refused]);
  });
});
