import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { enqueue } from '../outbox/enqueue.js';
import type { Storage, StorageTables } from '../tables.js';
import { describeOnBoth, describeOnPostgres, type PostgresDatabase } from '../testing/databases.js';
import { until } from '../../../../test/support/eventually.js';
import { NOW, outgoing } from '../testing/fixtures.js';
import { Election } from './election.js';
import { DeposedError, fenced, type Leadership } from './leadership.js';

describeOnBoth('the epoch', (make) => {
  it('rises with every leader, and only who has the highest can store', async () => {
    const database = make();
    const storage = await database.open();
    const election = (): Election<StorageTables> => new Election({ storage, schema: 'test', holder: 'me' });
    const [first, second] = [await election().tryOnce(), await election().tryOnce()];
    expect([first?.epoch, second?.epoch]).toEqual([1, 2]);
    const store = (epoch: number, id: string): Promise<void> =>
      fenced(storage, epoch).transaction((tx) => enqueue(tx, [outgoing(id)], 'k', NOW));
    await expect(store(1, 'late')).rejects.toThrow(DeposedError);
    await store(2, 'current');
    expect(await storage.db.selectFrom('outbox').select('message_id').execute()).toEqual([{ message_id: 'current' }]);
    await storage.close();
    await database.remove();
  });
});

describeOnPostgres('the election of a leader', (make) => {
  let database: PostgresDatabase;
  let storage: Storage<StorageTables>;
  let elections: Election<StorageTables>[];
  let led: Leadership[];
  const candidate = (holder: string): Election<StorageTables> => {
    const election = new Election({ storage, url: database.url, schema: database.schema, holder });
    elections.push(election);
    return election;
  };
  const lead = async (election: Election<StorageTables>): Promise<Leadership> => {
    const leadership = await election.wait();
    if (!leadership) throw new Error('the election was ended');
    led.push(leadership);
    return leadership;
  };
  const breakConnection = async (): Promise<void> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and application_name = 'dag-${database.schema}'`,
    );
    await client.end();
  };

  beforeEach(async () => {
    database = make();
    storage = await database.open();
    elections = [];
    led = [];
  });
  afterEach(async () => {
    for (const leadership of led) await leadership.release();
    for (const election of elections) await election.end();
    await storage.close();
    await database.remove();
  });

  it('lets one of several that begin at once lead', async () => {
    const tries = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => candidate(holder).tryOnce()));
    const leaders = tries.filter((each) => each !== undefined);
    led.push(...leaders);
    expect(leaders.map(({ epoch }) => epoch)).toEqual([1]);
  });

  it('passes to the next at once when the leader gives it back', async () => {
    const first = await lead(candidate('a'));
    expect(await candidate('b').tryOnce()).toBeUndefined();
    await first.release();
    expect(first.mayAct()).toBe(false);
    const second = await candidate('b').tryOnce();
    if (second) led.push(second);
    expect(second?.epoch).toBe(2);
  });

  it('stays with a leader whose connection broke and who made a new one', async () => {
    const first = await lead(candidate('a'));
    const standby = candidate('b');
    await breakConnection();
    await until('the leader has its lock again', async () => (await lockCount()) === 1);
    expect(first.mayAct()).toBe(true);
    expect(await standby.tryOnce()).toBeUndefined();
  });

  it('passes on when the leader is gone, and tells one that comes back that it was deposed', async () => {
    const first = await lead(candidate('a'));
    // As if its process were frozen: it does not renew, and PostgreSQL has closed its connection.
    await storage.db.updateTable('leaders').set({ renewed_at_ms: 0 }).execute();
    await breakConnection();
    const second = await lead(candidate('b'));
    expect(second.epoch).toBe(2);
    expect(await first.deposed).toMatchObject({ epoch: 1, byEpoch: 2 });
    expect(first.mayAct()).toBe(false);
    expect(second.mayAct()).toBe(true);
  });

  it('ends the standing by when it is told to', async () => {
    await lead(candidate('a'));
    const standby = candidate('b');
    const waiting = standby.wait();
    await standby.end();
    expect(await waiting).toBeUndefined();
  });

  async function lockCount(): Promise<number> {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rowCount } = await client.query(
      `select 1 from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and application_name = 'dag-${database.schema}'`,
    );
    await client.end();
    return rowCount ?? 0;
  }
});
