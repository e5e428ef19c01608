import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

describe('a lab', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { withoutClient: 1, recoveryDatabases: 1 } });
  });

  afterAll(async () => {
    await running?.stop();
  });

  it('runs every service as a process of its own', () => {
    const services = running.lab.status();
    expect(services.map(({ name }) => name)).toEqual(['engine', 'inventory', 'conductor', 'agent:ex01', 'agent:ex02']);
    expect(services.filter(({ state }) => state !== 'running')).toEqual([]);
    expect(new Set(services.map(({ pid }) => pid)).size).toBe(services.length);
  });

  it('lets the inventory see every member, the one without a client too', async () => {
    const snapshot = await eventually(
      async () => {
        const seen = await running.client.snapshot();
        return seen.databases.length === 3 && seen;
      },
      { what: 'the inventory knows all three databases' },
    );
    expect(snapshot.members.map(({ id }) => id).toSorted()).toEqual(['ex01', 'ex02', 'ex03']);
    expect(snapshot.members.find(({ id }) => id === 'ex03')?.agent.state).toBe('never');
  });

  it('backs everything up, and the stored bytes are right', async () => {
    const { requestId } = await running.client.backup({ backupType: 'full' });
    const run = await running.client.waitForRun(requestId, { timeoutMs: 60_000 });
    expect(run.tasks.map(({ databaseName, status }) => `${databaseName} ${status}`).toSorted()).toEqual([
      'MBX01 succeeded',
      'MBX02 succeeded',
      'RDB1 skipped',
    ]);
    expect(await running.verify()).toEqual({ checked: 2, failures: [] });
  });

  it('kills, and starts again, a single service', async () => {
    const before = running.lab.status().find(({ name }) => name === 'agent:ex01')?.pid;
    running.lab.kill('agent:EX01');
    // At once: the killed process may still be seen, and must not be taken for one that runs.
    await running.lab.start('agent:EX01');
    const after = running.lab.status().find(({ name }) => name === 'agent:ex01');
    expect(after?.state).toBe('running');
    expect(after?.pid).not.toBe(before);
  });

  it('freezes and thaws a service', async () => {
    const state = () => running.lab.status().find(({ name }) => name === 'agent:ex02')?.state;
    running.lab.freeze('agent:ex02');
    expect(await eventually(() => state() === 'frozen', { what: 'the agent stands still' })).toBe(true);
    running.lab.thaw('agent:ex02');
    expect(await eventually(() => state() === 'running', { what: 'the agent goes on' })).toBe(true);
  });

  it('says which services there are when asked for one there is not', () => {
    expect(() => running.lab.kill('agent:EX09')).toThrow(
      'no service "agent:EX09"; it has engine, inventory, conductor, agent:ex01, agent:ex02',
    );
  });

  it('leaves no process and no folder behind', async () => {
    const pids = running.lab.status().map(({ pid }) => pid);
    const { directory } = running;
    await running.stop();
    for (const pid of pids) expect(existsSync(`/proc/${pid}`)).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });
});
