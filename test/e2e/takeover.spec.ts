import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { labPaths } from '../../lab/src/supervisor/index.js';
import { ConductorProcess } from '../support/conductor-process.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { startBackup, taskOf, whenEnded, whenSeen, whenTask } from './runs.js';

const START_WITHIN_MS = 90_000;
const RUN_WITHIN_MS = 90_000;
const server = process.env['TEST_POSTGRES_URL'];
if (server === undefined)
  console.warn('left out: standby conductors, because TEST_POSTGRES_URL names no PostgreSQL server');

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

(server === undefined ? describe.skip : describe)('conductors on one PostgreSQL', () => {
  let running: RunningLab;
  let url: string;
  const conductors: ConductorProcess[] = [];
  const another = async (): Promise<ConductorProcess> => {
    const config = join(labPaths(running.directory).service('conductor'), 'config.yaml');
    const conductor = new ConductorProcess(config, url);
    conductors.push(conductor);
    await conductor.says('stands by');
    return conductor;
  };

  beforeAll(async () => {
    url = await createDatabase(server ?? '');
    // The lab's own conductor takes it from the environment, as any does.
    process.env['DATABASE_URL'] = url;
    running = await startLab({ world: { members: 3, databases: 3, copies: 2, rateBytesPerSecond: 256 * 1024 } });
    delete process.env['DATABASE_URL'];
    await whenSeen(running, 3);
  }, START_WITHIN_MS);

  afterAll(async () => {
    for (const conductor of conductors) await conductor.kill();
    await running?.stop();
  }, START_WITHIN_MS);

  it(
    'carry a run on when the acting one is killed in the middle of it, without a second attempt of anything',
    async () => {
      const standby = await another();
      const runId = await startBackup(running);
      await whenTask(running, runId, 'MBX01', (task) => task.status === 'running');
      running.lab.kill('conductor');
      await standby.says('conductor.took-over');
      const run = await whenEnded(running, runId, RUN_WITHIN_MS);
      expect(run).toMatchObject({ status: 'completed', exitCode: 0 });
      for (const name of ['MBX01', 'MBX02', 'MBX03']) expect(taskOf(run, name).attempts).toHaveLength(1);
    },
    RUN_WITHIN_MS,
  );

  it(
    'replace one that is frozen, and it ends by itself when it wakes',
    async () => {
      const acting = conductors.at(-1);
      const standby = await another();
      const runId = await startBackup(running);
      await whenTask(running, runId, 'MBX01', (task) => task.status === 'running');
      acting?.signal('SIGSTOP');
      await standby.says('conductor.took-over');
      acting?.signal('SIGCONT');
      expect(await acting?.ended()).toBe(1);
      await acting?.says('another has taken over');
      const run = await whenEnded(running, runId, RUN_WITHIN_MS);
      expect(run).toMatchObject({ status: 'completed', exitCode: 0 });
    },
    RUN_WITHIN_MS,
  );
});
