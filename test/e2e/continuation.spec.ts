import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DatabaseKind, RunView, TaskView } from '#contracts';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { startBackup, taskOf, whenEnded, whenSeen, whenTask } from './runs.js';

const MIB = 1024 * 1024;

/** Slow enough that faults find a backup at work: about three seconds each. */
const WORLD = {
  members: 3,
  databases: 3,
  copies: 3,
  standalone: 1,
  sizeMinBytes: 6 * MIB,
  sizeMaxBytes: 7 * MIB,
  rateBytesPerSecond: 2 * MIB,
};

describe('a run goes on', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: WORLD });
    await whenSeen(running, 4);
  });

  afterAll(async () => {
    await running?.stop();
  });

  function whenAtWork(requestId: string, wanted: DatabaseKind): Promise<TaskView> {
    return whenTask(
      running,
      requestId,
      `a ${wanted} database is being backed up`,
      ({ status, kind }) => status === 'running' && kind === wanted,
    );
  }

  /** Every stored backup is right, and no two of one database were ever at work together. */
  async function expectSound(run: RunView): Promise<void> {
    expect({
      exitCode: run.exitCode,
      reason: run.reason,
      tasks: run.tasks.filter(({ status }) => status === 'failed'),
    }).toMatchObject({
      exitCode: 0,
      tasks: [],
    });
    expect((await running.verify()).failures).toEqual([]);
  }

  it('at the member a database fails over to, while a passive copy of it is being backed up', async () => {
    const requestId = await startBackup(running);
    const task = await whenAtWork(requestId, 'dag');
    const database = running.status().databases.find(({ name }) => name === task.databaseName);
    const target = database?.copies.find(({ role, replayLagMs }) => role === 'passive' && replayLagMs === 0)?.member;
    if (!target) throw new Error(`${task.databaseName} has no copy to fail over to`);
    running.world.failover(task.databaseName, target);
    const run = await whenEnded(running, requestId);
    const attempts = taskOf(run, task.databaseName).attempts;
    expect(attempts.at(-1)).toMatchObject({
      reason: 'failover',
      outcome: 'succeeded',
      member: target.toLowerCase(),
      role: 'active',
    });
    expect(run.counters.failovers).toBeGreaterThanOrEqual(1);
    await expectSound(run);
  });

  it('elsewhere when an agent is killed, and waits for its return where only its member holds the database', async () => {
    const requestId = await startBackup(running);
    const alone = await whenAtWork(requestId, 'standalone');
    const member = alone.attempts.at(-1)?.member ?? '';
    running.lab.kill(`agent:${member}`);
    await whenTask(
      running,
      requestId,
      'the task waits for its only member',
      ({ taskId, status, reason }) => taskId === alone.taskId && status === 'pending' && reason.includes('silent'),
    );
    await running.lab.start(`agent:${member}`);
    const run = await whenEnded(running, requestId);
    expect(run.counters.agentsLost).toBe(1);
    expect(taskOf(run, alone.databaseName).attempts.at(-1)).toMatchObject({
      reason: 'agentLoss',
      outcome: 'succeeded',
      member,
    });
    await expectSound(run);
  });

  it('elsewhere when an agent is frozen beyond its lease; thawed, its late report changes nothing', async () => {
    const requestId = await startBackup(running);
    const task = await whenAtWork(requestId, 'dag');
    const frozen = task.attempts.at(-1)?.member ?? '';
    running.lab.freeze(`agent:${frozen}`);
    const elsewhere = await whenTask(
      running,
      requestId,
      'the database is backed up elsewhere',
      ({ taskId, status }) => taskId === task.taskId && status === 'succeeded',
    );
    expect(elsewhere.attempts.at(-1)).toMatchObject({ reason: 'agentLoss', outcome: 'succeeded' });
    expect(elsewhere.attempts.at(-1)?.member).not.toBe(frozen);
    expect(elsewhere.attempts.at(0)).toMatchObject({ member: frozen, outcome: 'lost' });
    running.lab.thaw(`agent:${frozen}`);
    await eventually(
      async () => (await running.client.snapshot()).members.find(({ id }) => id === frozen)?.agent.state === 'alive',
      {
        what: 'the thawed agent is heard again',
      },
    );
    const run = await whenEnded(running, requestId);
    expect(taskOf(run, task.databaseName)).toEqual(elsewhere);
    await expectSound(run);
  });

  it('after the conductor was killed and started again in the middle', async () => {
    const requestId = await startBackup(running);
    await whenTask(running, requestId, 'a database is being backed up', ({ status }) => status === 'running');
    running.lab.kill('conductor');
    await running.lab.start('conductor');
    const run = await whenEnded(running, requestId);
    await expectSound(run);
  });

  it('with the inventory’s last known state after that was killed', async () => {
    running.lab.kill('inventory');
    await running.lab.start('inventory');
    const { databases, members } = await running.client.snapshot();
    expect(databases).toHaveLength(4);
    expect(members).toHaveLength(3);
  });
});
