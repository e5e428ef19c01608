import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { eventually, until } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

describe('a lab', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { withoutClient: 1, recoveryDatabases: 1 } });
  });

  afterAll(async () => {
    await running?.stop();
  });

  const monitoring = async (name: string, page: 'readyz' | 'metrics') => {
    const answer = await fetch(`${running.lab.monitoringUrl(name)}/${page}`);
    return { status: answer.status, text: await answer.text() };
  };

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

  it('is ready in every part, and tells what was done', async () => {
    const names = running.lab.status().flatMap(({ name }) => (name === 'engine' ? [] : [name]));
    for (const name of names) expect([name, (await monitoring(name, 'readyz')).status]).toEqual([name, 200]);
    expect((await monitoring('conductor', 'metrics')).text).toContain(
      '\ndag_attempts_ended_total{outcome="succeeded",failure=""} 2\n',
    );
    expect((await monitoring('inventory', 'metrics')).text).toContain('\ndag_databases{dag="dag1",kind="dag"} 2\n');
    const ofAgents = await Promise.all(['agent:ex01', 'agent:ex02'].map((name) => monitoring(name, 'metrics')));
    const bytes = ofAgents.map(({ text }) =>
      Number(/^dag_client_bytes_total\{kind="backup"\} (\d+)$/m.exec(text)?.[1]),
    );
    const stored = running.status().databases.filter(({ kind }) => kind === 'dag');
    const sizeBytes = stored.reduce((sum, database) => sum + database.sizeBytes, 0);
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(sizeBytes);
  });

  it('says that an agent is not ready while its Exchange host is gone', async () => {
    const agent = running.lab.status().find(({ name }) => name === 'agent:ex02');
    const children = readFileSync(`/proc/${agent?.pid}/task/${agent?.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    const [host] = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('exchange-host'));
    if (host === undefined) throw new Error(`the agent has no Exchange host among ${children.join(', ')}`);
    process.kill(host, 'SIGKILL');
    const gone = await eventually(
      async () => {
        const { status, text } = await monitoring('agent:ex02', 'readyz');
        return status === 503 && text;
      },
      { what: 'it says so', everyMs: 20 },
    );
    expect(JSON.parse(gone)).toMatchObject({
      ready: false,
      checks: { broker: { ok: true }, exchangeHost: { ok: false } },
    });
    await until('the host is back', async () => (await monitoring('agent:ex02', 'readyz')).status === 200);
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
