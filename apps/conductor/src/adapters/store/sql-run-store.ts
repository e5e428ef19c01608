import { enqueue, markAllSeen, type Storage, type StorageTables } from '#storage';
import type { Transaction } from 'kysely';
import {
  VersionConflict,
  type Clock,
  type Commit,
  type RecordedEvent,
  type RunRecord,
  type RunStore,
} from '../../application/ports.js';
import type { ConductorEvent } from '../../domain/conductor.events.js';
import type { MaintenanceEvent } from '../../domain/maintenance/maintenance.events.js';
import { iso } from '../../domain/views.js';
import { rateKey, type LearnedRate, type Throughput } from '../../planning/assignment/index.js';
import type { ConductorTables } from './migrations.js';

type Tables = ConductorTables & StorageTables;

/** Rows of one insert; SQLite takes 32,766 parameters a statement, a row has four. */
const ROWS_PER_INSERT_MAX = 2_000;
const CONSUMER = 'conductor';

/** Takes back the marks of the messages that were new. */
class SeenBefore extends Error {}

/** Runs and their events in the conductor's database. The primary key of the events is the expected version: two writers cannot both append. */
export class SqlRunStore implements RunStore {
  constructor(
    private readonly storage: Storage<Tables>,
    private readonly clock: Clock,
    /** The one that `storage` is fenced with. */
    private readonly epoch: number,
  ) {}

  async beginEpoch(): Promise<number> {
    return this.epoch;
  }

  async loadUnfinished(): Promise<readonly ConductorEvent[]> {
    const rows = await this.storage.db
      .selectFrom('run_events')
      .innerJoin('runs', 'runs.run_id', 'run_events.run_id')
      .select('run_events.data')
      .where('runs.ended', '=', 0)
      .orderBy('runs.requested_at_ms')
      .orderBy('run_events.run_id')
      .orderBy('run_events.sequence')
      .execute();
    return rows.map(({ data }) => JSON.parse(data) as ConductorEvent);
  }

  async loadMaintenance(): Promise<readonly MaintenanceEvent[]> {
    const rows = await this.storage.db.selectFrom('maintenance_events').select('data').orderBy('sequence').execute();
    return rows.map(({ data }) => JSON.parse(data) as MaintenanceEvent);
  }

  async commit(commit: Commit): Promise<boolean> {
    const now = iso(this.clock.nowMs());
    try {
      await this.storage.transaction(async (tx) => {
        if (!(await markAllSeen(tx, CONSUMER, commit.messageIds, now))) throw new SeenBefore();
        await insertEvents(tx, commit.events);
        for (const run of commit.runs) await upsertRun(tx, run);
        for (const rate of commit.learned) await upsertRate(tx, rate);
        await insertMaintenance(tx, commit.maintenance);
        // Orders before facts, and each member's in its own row of order: a re-route does not queue behind the telling of it.
        for (const { member, message } of commit.commands) await enqueue(tx, [message], `member ${member}`, now);
        for (const [about, messages] of byTopic(commit.facts)) await enqueue(tx, messages, about, now);
      });
      return true;
    } catch (error) {
      if (error instanceof SeenBefore) return false;
      throw error;
    }
  }

  async loadThroughput(): Promise<Throughput> {
    const rows = await this.storage.db.selectFrom('member_rates').select('data').execute();
    return new Map(
      rows.map(({ data }) => {
        const rate = JSON.parse(data) as LearnedRate;
        return [rateKey(rate.member, rate.backupType), rate];
      }),
    );
  }

  async runIdOf(requestId: string): Promise<string | undefined> {
    const row = await this.storage.db
      .selectFrom('runs')
      .select('run_id')
      .where('request_id', '=', requestId)
      .executeTakeFirst();
    return row?.run_id;
  }

  async events(runId: string, afterSequence: number, limit: number): Promise<readonly RecordedEvent[]> {
    const rows = await this.storage.db
      .selectFrom('run_events')
      .select(['sequence', 'data'])
      .where('run_id', '=', runId)
      .where('sequence', '>', afterSequence)
      .orderBy('sequence')
      .limit(limit)
      .execute();
    return rows.map(({ sequence, data }) => ({ sequence, event: JSON.parse(data) as ConductorEvent }));
  }

  async allEvents(runId: string): Promise<readonly ConductorEvent[]> {
    const rows = await this.storage.db
      .selectFrom('run_events')
      .select('data')
      .where('run_id', '=', runId)
      .orderBy('sequence')
      .execute();
    return rows.map(({ data }) => JSON.parse(data) as ConductorEvent);
  }

  async latestRunIds(limit: number): Promise<readonly string[]> {
    const rows = await this.storage.db
      .selectFrom('runs')
      .select('run_id')
      .orderBy('requested_at_ms', 'desc')
      .orderBy('run_id')
      .limit(limit)
      .execute();
    return rows.map((row) => row.run_id);
  }
}

async function insertEvents(tx: Transaction<Tables>, events: readonly RecordedEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += ROWS_PER_INSERT_MAX) {
    const rows = events.slice(start, start + ROWS_PER_INSERT_MAX).map(({ sequence, event }) => ({
      run_id: event.runId,
      sequence,
      type: event.type,
      data: JSON.stringify(event),
    }));
    const stored = await tx
      .insertInto('run_events')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning('sequence')
      .execute();
    if (stored.length < rows.length) throw new VersionConflict(rows.map((row) => `${row.run_id} ${row.sequence}`));
  }
}

/** The primary key is the expected version, as with the events of runs. */
async function insertMaintenance(tx: Transaction<Tables>, events: Commit['maintenance']): Promise<void> {
  for (const { sequence, event } of events) {
    const stored = await tx
      .insertInto('maintenance_events')
      .values({ sequence, type: event.type, data: JSON.stringify(event) })
      .onConflict((conflict) => conflict.doNothing())
      .returning('sequence')
      .execute();
    if (stored.length === 0) throw new VersionConflict([`maintenance ${sequence}`]);
  }
}

async function upsertRun(tx: Transaction<Tables>, run: RunRecord): Promise<void> {
  const changing = { status: run.status, ended: run.isClosed ? 1 : 0, version: run.version };
  await tx
    .insertInto('runs')
    .values({ run_id: run.runId, request_id: run.requestId, requested_at_ms: run.requestedAtMs, ...changing })
    .onConflict((conflict) => conflict.column('run_id').doUpdateSet(changing))
    .execute();
}

async function upsertRate(tx: Transaction<Tables>, rate: LearnedRate): Promise<void> {
  const data = JSON.stringify(rate);
  await tx
    .insertInto('member_rates')
    .values({ member: rate.member, backup_type: rate.backupType, data })
    .onConflict((conflict) => conflict.columns(['member', 'backup_type']).doUpdateSet({ data }))
    .execute();
}

function byTopic(facts: Commit['facts']): ReadonlyMap<string, Commit['facts'][number]['message'][]> {
  const grouped = new Map<string, Commit['facts'][number]['message'][]>();
  for (const { about, message } of facts) {
    const messages = grouped.get(about);
    if (messages) messages.push(message);
    else grouped.set(about, [message]);
  }
  return grouped;
}
