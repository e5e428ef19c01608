import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { labPaths } from '../../lab/src/supervisor/index.js';
import { eventually } from '../support/eventually.js';
import { ServiceCopy } from '../support/service-copy.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { startBackup, taskOf, whenEnded, whenSeen, whenTask } from './runs.js';

/** Longer than a takeover takes on a busy machine: it is to cost no attempt, and nothing here waits for a lease to end. */
const LEASE_MS = 12_000;
const server = process.env['TEST_POSTGRES_URL'];
if (server === undefined)
  console.warn('left out: standby conductors and inventories, because TEST_POSTGRES_URL names no PostgreSQL server');

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `t${randomUUID().replaceAll('-', '')}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

(server === undefined ? describe.skip : describe)('services on one PostgreSQL', () => {
  let running: RunningLab;
  let url: string;
  const copies: ServiceCopy[] = [];
  const another = async (app: 'conductor' | 'inventory'): Promise<ServiceCopy> => {
    const config = join(labPaths(running.directory).service(app), 'config.yaml');
    const copy = new ServiceCopy(app, config, url);
    copies.push(copy);
    await copy.says('stands by');
    return copy;
  };

  beforeAll(async () => {
    url = await createDatabase(server ?? '');
    // The lab's own services take it from the environment, as any do.
    process.env['DATABASE_URL'] = url;
    running = await startLab({
      world: { members: 3, databases: 3, copies: 2, rateBytesPerSecond: 256 * 1024 },
      timing: { leaseMs: LEASE_MS },
    });
    delete process.env['DATABASE_URL'];
    await whenSeen(running, 3);
  });

  afterAll(async () => {
    for (const copy of copies) await copy.kill();
    await running?.stop();
  });

  it('carry a run on when the acting conductor is killed in the middle of it, without a second attempt of anything', async () => {
    const standby = await another('conductor');
    expect(await roleOf(standby)).toEqual([200, expect.stringContaining('stands by')]);
    const runId = await startBackup(running);
    await whenTask(running, runId, 'MBX01', (task) => task.status === 'running');
    running.lab.kill('conductor');
    await standby.says('conductor.took-over');
    expect(await roleOf(standby)).toEqual([200, expect.stringContaining('acts, under epoch')]);
    const run = await whenEnded(running, runId);
    expect(run).toMatchObject({ status: 'completed', exitCode: 0 });
    for (const name of ['MBX01', 'MBX02', 'MBX03']) expect(taskOf(run, name).attempts).toHaveLength(1);
  });

  it('replace a conductor that is frozen, and it ends by itself when it wakes', async () => {
    const acting = copies.at(-1);
    const standby = await another('conductor');
    const runId = await startBackup(running);
    await whenTask(running, runId, 'MBX01', (task) => task.status === 'running');
    acting?.signal('SIGSTOP');
    await standby.says('conductor.took-over');
    acting?.signal('SIGCONT');
    expect(await acting?.ended()).toBe(1);
    await acting?.says('another has taken over');
    const run = await whenEnded(running, runId);
    expect(run).toMatchObject({ status: 'completed', exitCode: 0 });
  });

  it('see a failover through the inventory that took over from a killed one, with what the other had been told', async () => {
    const standby = await another('inventory');
    const before = await running.client.snapshot();
    running.lab.kill('inventory');
    await standby.says('inventory.took-over');
    const after = await running.client.snapshot();
    expect(after.databases.map(({ name }) => name)).toEqual(before.databases.map(({ name }) => name));
    const database = after.databases[0];
    const to = database?.copies.find(({ member }) => member !== database.activeMember)?.member ?? '';
    running.world.failover(database?.name ?? '', to);
    await eventually(async () => ((await activeOf(database?.name)) === to ? true : null), {
      what: `the inventory says that ${database?.name} is active on ${to}`,
    });
  });

  /** Whether it is ready, and as what. */
  async function roleOf({ monitoringUrl }: ServiceCopy): Promise<readonly [number, string | undefined]> {
    const answer = await fetch(`${monitoringUrl}/readyz`);
    const { checks } = (await answer.json()) as { readonly checks: { readonly role?: { readonly detail: string } } };
    return [answer.status, checks.role?.detail];
  }

  async function activeOf(name: string | undefined): Promise<string | null | undefined> {
    const { databases } = await running.client.snapshot();
    return databases.find((database) => database.name === name)?.activeMember;
  }
});
