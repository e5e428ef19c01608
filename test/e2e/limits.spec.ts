import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunView } from '#contracts';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { startBackup, whenEnded, whenSeen, whenTask } from './runs.js';

const SLOW_BYTES_PER_SECOND = 64 * 1024;
const FAST_BYTES_PER_SECOND = 8 * 1024 * 1024;

describe('limits and drains while a run goes on', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { members: 2, databases: 4, copies: 2 } });
    await whenSeen(running, 4);
  });

  afterAll(async () => {
    await running?.stop();
  });

  function setRates(bytesPerSecond: number): void {
    for (const { name } of running.status().members) running.world.setRate(name, bytesPerSecond);
  }

  const runOf = (requestId: string): Promise<RunView> => running.client.run({ requestId });

  function liveOn(run: RunView, member: string): number {
    return run.tasks.filter(({ status, attempts }) => {
      const isAtWork = status === 'running' || status === 'dispatched';
      return isAtWork && attempts.at(-1)?.member === member;
    }).length;
  }

  /** Waits until the run shows the change, and prints how long that took: a figure that depends on the machine is not asserted. */
  async function inForce(
    what: string,
    change: () => Promise<unknown>,
    requestId: string,
    isSeen: (run: RunView) => boolean,
  ): Promise<void> {
    const before = performance.now();
    await change();
    await eventually(async () => isSeen(await runOf(requestId)), { what });
    process.stdout.write(`${what}: after ${Math.round(performance.now() - before)} ms\n`);
  }

  it('a higher limit of a member starts more there in the middle of a run, a lower one lets nothing new start, and a drain sends its queue elsewhere', async () => {
    setRates(SLOW_BYTES_PER_SECOND);
    const member = 'ex01';
    const setLimit = (value: number) =>
      running.client.changeLimits({
        changes: [
          { scope: 'member', name: member, value },
          { scope: 'volume', value: 10 },
        ],
      });
    await setLimit(1);
    const requestId = await startBackup(running, { excludeMembers: ['ex02'] });
    await whenTask(running, requestId, 'a backup runs', ({ status }) => status === 'running');
    expect(liveOn(await runOf(requestId), member)).toBe(1);

    await inForce(
      'a limit raised from 1 to 2 is in force',
      () => setLimit(2),
      requestId,
      (run) => liveOn(run, member) === 2,
    );

    expect((await setLimit(1)).accepted).toBe(true);
    const loweredAt = new Date().toISOString();
    setRates(FAST_BYTES_PER_SECOND);
    const run = await whenEnded(running, requestId);
    expect(run.exitCode).toBe(0);
    const times = run.tasks
      .map(({ attempts }) => attempts.at(-1))
      .map((each) => ({
        from: each?.dispatchedAt ?? '',
        to: each?.endedAt ?? '',
      }));
    const late = times.filter((each) => each.from > loweredAt);
    expect(late.length).toBeGreaterThan(0);
    for (const { from } of late) expect(times.filter((other) => other.from < from && other.to > from)).toEqual([]);

    setRates(SLOW_BYTES_PER_SECOND);
    const second = await startBackup(running, { preferMembers: [member] });
    await whenTask(
      running,
      second,
      `a backup runs on ${member}`,
      ({ status, attempts }) => status === 'running' && attempts.at(-1)?.member === member,
    );
    await inForce(
      `nothing waits for ${member} once it is drained`,
      () => running.client.drainMember({ member, reason: 'patch day' }),
      second,
      (now) => now.tasks.every((task) => task.status !== 'pending' || task.member !== member),
    );
    setRates(FAST_BYTES_PER_SECOND);
    const drained = await whenEnded(running, second);
    expect(drained.exitCode).toBe(0);
    const onMember = drained.tasks.filter(({ attempts }) => attempts.at(-1)?.member === member);
    expect(onMember).toHaveLength(1);
    expect((await running.client.resumeMember({ member })).accepted).toBe(true);
  });
});
