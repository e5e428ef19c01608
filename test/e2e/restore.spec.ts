import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { isFinalRunStatus, type RestoreRequest, type RunView } from '#contracts';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { backUpAll, databaseOf, expectWhole, leftovers, restoreTaskOf, startRestore } from './restores.js';
import { startBackup, taskOf, whenEnded, whenSeen } from './runs.js';

const START_WITHIN_MS = 120_000;
const RUN_WITHIN_MS = 90_000;
const DATABASES = 4;

describe('a restore', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { members: 3, databases: DATABASES, copies: 3 } });
    await whenSeen(running, DATABASES);
    await backUpAll(running, DATABASES);
  }, START_WITHIN_MS);

  afterAll(async () => {
    await running?.stop();
  }, START_WITHIN_MS);

  async function restored(request: RestoreRequest): Promise<RunView> {
    const run = await whenEnded(running, await startRestore(running, request));
    const tasks = run.restore?.tasks.map(({ databaseName, status, reason }) => ({ databaseName, status, reason }));
    expect({ exitCode: run.exitCode, reason: run.reason, tasks }).toMatchObject({ exitCode: 0 });
    return run;
  }

  it(
    'brings a corrupt database back to its backup’s moment, where its active copy is, with all copies Healthy',
    async () => {
      running.world.corrupt('MBX01');
      const run = await restored({ databases: ['MBX01'], confirm: ['MBX01'] });
      expect(restoreTaskOf(run, 'MBX01').member).toBe(databaseOf(running, 'MBX01').activeMember.toLowerCase());
      await expectWhole(running, ['MBX01']);
      expect(await running.client.alarms()).toEqual([]);
    },
    RUN_WITHIN_MS,
  );

  it(
    'that would overwrite a mounted database without a confirmation is refused before anything is touched',
    async () => {
      const { generation } = databaseOf(running, 'MBX01');
      const run = await whenEnded(running, await startRestore(running, { databases: ['MBX01'] }));
      expect([run.status, run.exitCode]).toEqual(['failed', 2]);
      expect(run.reason).toContain('confirm');
      expect(leftovers(running, ['MBX01'])).toEqual([]);
      expect(databaseOf(running, 'MBX01').generation).toBeGreaterThanOrEqual(generation);
      const preflight = await running.client.preflightRestore({ databases: ['MBX01'] });
      expect(preflight).toMatchObject({ isReady: false, databases: [{ needsConfirmation: true }] });
      expect(preflight.databases[0]?.steps.length).toBeGreaterThan(4);
    },
    RUN_WITHIN_MS,
  );

  it(
    'asked for by a scheduler in plain JSON goes back to a moment: the full, and exactly the incremental after it',
    async () => {
      const incremental = await whenEnded(
        running,
        await startBackup(running, { databases: ['MBX02'], backupType: 'incremental' }),
      );
      expect(taskOf(incremental, 'MBX02').status).toBe('succeeded');
      const { backups } = await eventually(
        async () => {
          const list = await running.client.backups({ databases: ['MBX02'], maxAgeMs: 1_000 });
          return (
            list.backups.some(({ backupType, origin }) => backupType === 'incremental' && origin === 'both') && list
          );
        },
        { withinMs: 30_000, what: 'the incremental backup is listed' },
      );
      const [full, increment] = backups;
      expect([full?.fullId, increment?.fullId]).toEqual([full?.id, full?.id]);
      const at = increment?.startedAt ?? '';
      await publishByHand(
        'request.restore',
        JSON.stringify({ requestId: 'by-hand', databases: ['mbx02'], point: { kind: 'time', at }, confirm: ['MBX02'] }),
      );
      const run = await eventually(
        async () => {
          const seen = await running.client.run({ requestId: 'by-hand' });
          return isFinalRunStatus(seen.status) && seen;
        },
        { withinMs: 60_000, what: 'the restore by hand is over' },
      );
      expect({ exitCode: run.exitCode, reason: run.reason }).toMatchObject({ exitCode: 0 });
      expect(restoreTaskOf(run, 'MBX02').backups.map(({ backupId }) => backupId)).toEqual(backups.map(({ id }) => id));
      await expectWhole(running, ['MBX02']);
    },
    RUN_WITHIN_MS,
  );

  it(
    'into a recovery database leaves the database itself alone, and takes the recovery database away again',
    async () => {
      const run = await restored({ databases: ['MBX01'], to: { kind: 'recovery' } });
      const name = restoreTaskOf(run, 'MBX01').target;
      const recovery = running.status().databases.find(({ kind }) => kind === 'recovery');
      expect(name).toContain(recovery?.name);
      expect(recovery?.mounted).toBe(true);
      expect(leftovers(running, ['MBX01'])).toEqual([]);
      await eventually(
        async () => (await running.client.snapshot()).databases.some(({ kind }) => kind === 'recovery'),
        { withinMs: 20_000, what: 'the inventory has heard of the recovery database' },
      );
      await restored({ databases: ['MBX01'], to: { kind: 'removeRecovery' } });
      expect(running.status().databases.filter(({ kind }) => kind === 'recovery')).toEqual([]);
    },
    RUN_WITHIN_MS,
  );

  it(
    'of files alone puts them into a folder and touches no database',
    async () => {
      const path = join(running.directory, 'restored');
      await restored({ databases: ['MBX01'], to: { kind: 'files', path } });
      const files = existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
      expect(files.some((file) => file.endsWith('.edb'))).toBe(true);
      expect(leftovers(running, ['MBX01'])).toEqual([]);
    },
    RUN_WITHIN_MS,
  );

  it(
    'and a backup of the same database, asked for together, come one after the other',
    async () => {
      const restore = await startRestore(running, { databases: ['MBX03'], confirm: ['MBX03'] });
      const backup = await startBackup(running, { databases: ['MBX03'] });
      const [restoreRun, backupRun] = [await whenEnded(running, restore), await whenEnded(running, backup)];
      expect([restoreRun.exitCode, restoreRun.reason]).toEqual([0, restoreRun.reason]);
      expect([backupRun.exitCode, backupRun.reason]).toEqual([0, backupRun.reason]);
      await expectWhole(running, ['MBX03']);
      expect((await running.verify()).failures).toEqual([]);
    },
    RUN_WITHIN_MS,
  );

  it(
    'during which the database fails over ends with everything in order, or says what is left',
    async () => {
      const { activeMember, copies } = databaseOf(running, 'MBX04');
      const target = copies.find(({ member }) => member !== activeMember)?.member ?? '';
      const requestId = await startRestore(running, { databases: ['MBX04'], confirm: ['MBX04'] });
      running.world.failover('MBX04', target);
      const run = await whenEnded(running, requestId);
      expect(restoreTaskOf(run, 'MBX04')).toMatchObject({ status: 'succeeded', member: target.toLowerCase() });
      await expectWhole(running, ['MBX04']);
    },
    RUN_WITHIN_MS,
  );

  /** As an enterprise scheduler or an operator at the management page does: any client, a bare body, the right key. */
  async function publishByHand(key: string, body: string): Promise<void> {
    const connection = await connect(running.lab.apiUrl, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    channel.publish('dag.requests', key, Buffer.from(body), { contentType: 'application/json' });
    await channel.waitForConfirms();
    await connection.close();
  }
});
