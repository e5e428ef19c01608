import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { isFinalRunStatus, type RestoreRequest, type RunView } from '#contracts';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { dagctl } from './dagctl.js';
import { backUpAll, databaseOf, expectWhole, leftovers, restoreTaskOf, startRestore } from './restores.js';
import { startBackup, taskOf, whenEnded, whenSeen } from './runs.js';

/** Two of each member, and one without copies. */
const NAMES = ['MBX01', 'MBX02', 'MBX03', 'MBX04', 'MBX05', 'MBX06', 'SA01'];

describe('a restore', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { members: 3, databases: 6, copies: 2, standalone: 1 } });
    await whenSeen(running, NAMES.length);
    await backUpAll(running, NAMES.length);
  });

  afterAll(async () => {
    await running?.stop();
  });

  async function restored(request: RestoreRequest): Promise<RunView> {
    const run = await whenEnded(running, await startRestore(running, request));
    const tasks = run.restore?.tasks.map(({ databaseName, status, reason }) => ({ databaseName, status, reason }));
    expect({ exitCode: run.exitCode, reason: run.reason, tasks }).toMatchObject({ exitCode: 0 });
    return run;
  }

  it('is shown by dagctl before anything is touched, refused without a confirmation, and then brings the backup’s moment back', async () => {
    running.world.corrupt('MBX01');
    const { generation } = databaseOf(running, 'MBX01');
    const wanted = ['restore', '--database', 'MBX01'];
    const dryRun = await dagctl(running, ...wanted, '--dry-run');
    expect(dryRun.code).toBe(2);
    expect(dryRun.stdout).toMatch(/Dismount-Database.*tdpexcc restore MBX01 full.*Update-MailboxDatabaseCopy/is);
    const refused = await dagctl(running, ...wanted, '--wait');
    expect(refused.code).toBe(2);
    for (const said of [dryRun.stdout, refused.stdout]) expect(said).toContain('--confirm MBX01');
    expect(leftovers(running, ['MBX01'])).toEqual([]);
    expect(databaseOf(running, 'MBX01').generation).toBeGreaterThanOrEqual(generation);

    const done = await dagctl(running, ...wanted, '--confirm', 'MBX01', '--wait', '--json');
    expect({ code: done.code, said: done.stderr }).toMatchObject({ code: 0 });
    const task = restoreTaskOf(JSON.parse(done.stdout) as RunView, 'MBX01');
    expect([task.status, task.member]).toEqual(['succeeded', databaseOf(running, 'MBX01').activeMember.toLowerCase()]);
    await expectWhole(running, ['MBX01']);
    const alarms = await dagctl(running, 'alarms', 'list', '--json');
    expect(JSON.parse(alarms.stdout)).toMatchObject({ alarms: [] });
  });

  it('asked for by a scheduler in plain JSON goes back to a moment: the full, the incremental and the differential since, and nothing later', async () => {
    for (const backupType of ['incremental', 'differential', 'incremental'] as const) {
      const run = await whenEnded(running, await startBackup(running, { databases: ['MBX02'], backupType }));
      expect([run.reason, taskOf(run, 'MBX02').status]).toEqual([run.reason, 'succeeded']);
    }
    const { backups } = await eventually(
      async () => {
        const list = await running.client.backups({ databases: ['MBX02'], maxAgeMs: 1_000 });
        return list.backups.length === 4 && list.backups.every(({ origin }) => origin === 'both') && list;
      },
      { what: 'the backups after the full are listed' },
    );
    const chain = backups.slice(0, 3);
    expect(chain.map(({ backupType }) => backupType)).toEqual(['full', 'incremental', 'differential']);
    const at = chain.at(-1)?.startedAt ?? '';
    await publishByHand(
      'request.restore',
      JSON.stringify({ requestId: 'by-hand', databases: ['mbx02'], point: { kind: 'time', at }, confirm: ['MBX02'] }),
    );
    const run = await eventually(
      async () => {
        const seen = await running.client.run({ requestId: 'by-hand' });
        return isFinalRunStatus(seen.status) && seen;
      },
      { what: 'the restore by hand is over' },
    );
    expect({ exitCode: run.exitCode, reason: run.reason }).toMatchObject({ exitCode: 0 });
    expect(restoreTaskOf(run, 'MBX02').backups.map(({ backupId }) => backupId)).toEqual(chain.map(({ id }) => id));
    await expectWhole(running, ['MBX02']);
  });

  it('into a recovery database leaves the database itself alone, and takes the recovery database away again', async () => {
    const run = await restored({ databases: ['MBX01'], to: { kind: 'recovery' } });
    const name = restoreTaskOf(run, 'MBX01').target;
    const recovery = running.status().databases.find(({ kind }) => kind === 'recovery');
    expect(name).toContain(recovery?.name);
    expect(recovery?.mounted).toBe(true);
    expect(leftovers(running, ['MBX01'])).toEqual([]);
    await restored({ databases: ['MBX01'], to: { kind: 'removeRecovery' } });
    expect(running.status().databases.filter(({ kind }) => kind === 'recovery')).toEqual([]);
  });

  it('goes where it is told: over another database, onto another server with or without a copy there, or into a folder', async () => {
    const path = join(running.directory, 'restored');
    const there = passiveOf('MBX05');
    const elsewhere = running.status().members.find(({ name }) => name !== databaseOf(running, 'SA01').activeMember);
    const alone = `SA01-${elsewhere?.name}`;
    const runs = await Promise.all([
      restored({ databases: ['MBX03'], to: { kind: 'database', database: 'MBX04' }, confirm: ['MBX04'] }),
      restored({ databases: ['MBX05'], to: { kind: 'server', member: there }, confirm: ['MBX05'] }),
      restored({ databases: ['SA01'], to: { kind: 'server', member: elsewhere?.name ?? '' } }),
      restored({ databases: ['MBX01'], to: { kind: 'files', path } }),
    ]);
    expect(runs.map(({ restore }) => restore?.tasks.map(({ target }) => target))).toEqual([
      ['MBX04'],
      ['MBX05'],
      [alone],
      [join(path, 'MBX01')],
    ]);
    expect(databaseOf(running, 'MBX05').activeMember.toLowerCase()).toBe(there);
    expect(databaseOf(running, alone)).toMatchObject({ kind: 'standalone', activeMember: elsewhere?.name });
    const restores = running.status().restores.filter(({ outcome }) => outcome === 'succeeded');
    const sourceOf = (target: string): string | undefined => {
      const objectName = restores.findLast((each) => each.target === target)?.objectName;
      return running.status().storedBackups.find((each) => each.objectName === objectName)?.database;
    };
    expect([sourceOf('MBX04'), sourceOf(alone)]).toEqual(['MBX03', 'SA01']);
    await expectWhole(running, ['MBX01', 'MBX03', 'MBX04', 'MBX05', 'SA01', alone]);
    const files = existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
    expect(files.some((file) => file.endsWith('.edb'))).toBe(true);
  });

  it('and a backup of the same database, asked for together, come one after the other', async () => {
    const restore = await startRestore(running, { databases: ['MBX06'], confirm: ['MBX06'] });
    const backup = await startBackup(running, { databases: ['MBX06'] });
    const [restoreRun, backupRun] = [await whenEnded(running, restore), await whenEnded(running, backup)];
    expect([restoreRun.exitCode, restoreRun.reason]).toEqual([0, restoreRun.reason]);
    expect([backupRun.exitCode, backupRun.reason]).toEqual([0, backupRun.reason]);
    await expectWhole(running, ['MBX06']);
    expect((await running.verify()).failures).toEqual([]);
  });

  it('of a whole DAG is one request: every database where it is active, and nothing left to do by hand', async () => {
    const { dag } = running.status();
    const names = NAMES.filter((name) => name.startsWith('MBX'));
    for (const name of names) running.world.corrupt(name);
    const run = await restored({ dags: [dag], confirm: names });
    expect(run.restore?.tasks.map(({ databaseName, status }) => [databaseName, status]).toSorted()).toEqual(
      names.map((name) => [name, 'succeeded']),
    );
    for (const name of names)
      expect(restoreTaskOf(run, name).member).toBe(databaseOf(running, name).activeMember.toLowerCase());
    await expectWhole(running, names);
    expect((await running.verify()).failures).toEqual([]);
    expect(await running.client.alarms()).toEqual([]);
  });

  it('leaves out a copy on a server that is down, where it is told to, and says how it is made anew', async () => {
    const [down, name] = [passiveOf('MBX03'), 'MBX03'];
    running.world.stopMember(down);
    const run = await whenEnded(
      running,
      await startRestore(running, { databases: [name], confirm: [name], withoutCopiesOn: [down] }),
    );
    const { status, reason, remainingCommands } = restoreTaskOf(run, name);
    expect({ status, reason, exitCode: run.exitCode }).toMatchObject({ status: 'succeeded', exitCode: 8 });
    expect(remainingCommands.join()).toMatch(/Update-MailboxDatabaseCopy/);
    expect((await running.client.alarms()).map(({ runId, commands }) => [runId, commands])).toEqual([
      [run.runId, remainingCommands],
    ]);
    const { mounted, allowFileRestore, activeMember } = databaseOf(running, name);
    expect({ mounted, allowFileRestore }).toEqual({ mounted: true, allowFileRestore: false });
    const restore = running.status().restores.findLast(({ target }) => target === name);
    expect(restore).toMatchObject({ outcome: 'succeeded', member: activeMember });
  });

  function passiveOf(name: string): string {
    const { copies } = databaseOf(running, name);
    return copies.find(({ role }) => role === 'passive')?.member.toLowerCase() ?? '';
  }

  /** As an enterprise scheduler or an operator at the management page does: any client, a bare body, the right key. */
  async function publishByHand(key: string, body: string): Promise<void> {
    const connection = await connect(running.lab.apiUrl, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    channel.publish('dag.requests', key, Buffer.from(body), { contentType: 'application/json' });
    await channel.waitForConfirms();
    await connection.close();
  }
});
