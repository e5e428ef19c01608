import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorldStore } from '../../lab/src/world/store.js';
import type { SessionRow } from '../../lab/src/world/rows.js';
import { taskOf, whenEnded, whenReady, whenTask, startBackup } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

const MIB = 1024 * 1024;
const DATABASE = 'MBX01';
/** Twelve seconds for the backup: three times the lease, so an orphan outlives it. */
const SLOW_BYTES_PER_SECOND = MIB / 2;
const QUICK_BYTES_PER_SECOND = 8 * MIB;

describe('a backup that nobody looks after', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({
      world: { members: 2, databases: 1, copies: 2, sizeMinBytes: 6 * MIB, sizeMaxBytes: 6 * MIB },
      timing: { waitLimitMs: 20_000 },
    });
    await whenReady(running, 1);
  });

  afterAll(async () => {
    await running?.stop();
  });

  function sessions(): readonly SessionRow[] {
    const store = WorldStore.open(running.directory);
    try {
      return store.all<SessionRow>('SELECT * FROM sessions ORDER BY startedAt');
    } finally {
      store.close();
    }
  }

  /** A slow backup at work, and its session. The member that takes over will be quick. */
  async function slowBackup(): Promise<{ requestId: string; member: string; session: SessionRow }> {
    for (const { name } of running.status().members) running.world.setRate(name, SLOW_BYTES_PER_SECOND);
    const requestId = await startBackup(running, { databases: [DATABASE] });
    const task = await whenTask(running, requestId, 'the backup runs', ({ status }) => status === 'running');
    const session = await eventually(
      () => sessions().find(({ endedAt, phase }) => endedAt === null && phase === 'transfer'),
      {
        what: 'the backup client moves data',
      },
    );
    const member = task.attempts.at(-1)?.member ?? '';
    for (const { name } of running.status().members)
      if (name.toLowerCase() !== member) running.world.setRate(name, QUICK_BYTES_PER_SECOND);
    return { requestId, member, session };
  }

  const named = (member: string) =>
    new RegExp(
      `Exchange still says that a backup of ${DATABASE} is in progress: probably attempt 1 on ${member}, begun 20\\S+Z, whose agent was lost`,
      'i',
    );

  it('is named and waited for when its agent was killed, and the work goes on when it has ended', async () => {
    const { requestId, member, session } = await slowBackup();
    running.lab.kill(`agent:${member}`);
    const waiting = await whenTask(running, requestId, 'the task waits for the orphan', ({ reason }) =>
      named(member).test(reason),
    );
    expect(waiting.status).toBe('pending');
    const run = await whenEnded(running, requestId);
    const attempts = taskOf(run, DATABASE).attempts;
    expect(attempts[0]).toMatchObject({ member, outcome: 'lost' });
    expect(attempts.at(-1)).toMatchObject({ reason: 'agentLoss', outcome: 'succeeded' });
    expect(attempts.at(-1)?.member).not.toBe(member);
    expect(sessions().find(({ id }) => id === session.id)?.outcome).toBe('succeeded');
    expect(await running.verify()).toMatchObject({ failures: [] });
    await running.lab.start(`agent:${member}`);
    await whenReady(running, 1);
  });

  it('is named while its agent is frozen beyond the lease, and ended by it as soon as it thaws; its late word changes nothing', async () => {
    const { requestId, member, session } = await slowBackup();
    running.lab.freeze(`agent:${member}`);
    try {
      await whenTask(running, requestId, 'the task waits for the orphan', ({ reason }) => named(member).test(reason));
      expect(sessions().find(({ id }) => id === session.id)?.endedAt).toBeNull();
    } finally {
      running.lab.thaw(`agent:${member}`);
    }
    const run = await whenEnded(running, requestId);
    const attempts = taskOf(run, DATABASE).attempts;
    expect(attempts[0]).toMatchObject({ member, outcome: 'lost' });
    expect(attempts.at(-1)).toMatchObject({ reason: 'agentLoss', outcome: 'succeeded' });
    await whenReady(running, 1);
    expect(taskOf(await running.client.run({ requestId }), DATABASE)).toEqual(taskOf(run, DATABASE));
    const all = sessions();
    const [orphan, ...after] = all.slice(all.findIndex(({ id }) => id === session.id));
    expect(orphan?.outcome).toBe('lost');
    expect(after.map(({ outcome }) => outcome)).toEqual(['succeeded']);
    expect(after[0]?.startedAt).toBeGreaterThanOrEqual(orphan?.endedAt ?? Infinity);
    expect(await running.verify()).toMatchObject({ failures: [] });
  });

  it('because its client alone was killed is noticed, waited for and made again', async () => {
    const { requestId, session } = await slowBackup();
    process.kill(session.pid, 'SIGKILL');
    const run = await whenEnded(running, requestId);
    const attempts = taskOf(run, DATABASE).attempts;
    expect(attempts[0]).toMatchObject({ outcome: 'failed' });
    expect(attempts[0]?.failure?.message).toContain('was ended by a signal');
    expect(attempts.at(-1)).toMatchObject({ reason: 'retry', outcome: 'succeeded' });
    expect(sessions().find(({ id }) => id === session.id)?.outcome).toBe('lost');
    expect(await running.verify()).toMatchObject({ failures: [] });
  });

  it('and never ends is reported by name when the limit of the wait has passed', async () => {
    const { requestId, member, session } = await slowBackup();
    running.lab.kill(`agent:${member}`);
    process.kill(session.pid, 'SIGSTOP');
    try {
      const run = await whenEnded(running, requestId);
      const task = taskOf(run, DATABASE);
      expect(task.status).toBe('failed');
      expect(task.reason).toMatch(/^waited \d+ s in vain: /);
      expect(task.reason).toMatch(named(member));
      expect(run.exitCode).toBe(12);
    } finally {
      process.kill(session.pid, 'SIGKILL');
    }
    expect(await running.verify()).toMatchObject({ failures: [] });
  });
});
