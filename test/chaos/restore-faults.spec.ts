import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFinalRunStatus, type RestoreTaskView, type RunView } from '#contracts';
import type { ServiceName } from '../../lab/src/supervisor/index.js';
import { backUpAll, databaseOf, expectWhole, leftovers, restoreTaskOf, startRestore } from '../e2e/restores.js';
import { whenSeen } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { MOMENTS, momentOf, type Moment } from './restore-moments.js';

const MIB = 1024 * 1024;
/** A moment may last no longer than the product takes from one step to the next. */
const LOOK_FOR_MOMENT_EVERY_MS = 5;
/** How long a server is down is the strike itself, and nothing is waited for: this short that its members may not have seen it, which is where a seed was once lost. */
const SERVER_DOWN_MS = 2_000;
const DATABASE = 'MBX01';
/** A second for the restore, and for each reseed: long enough to be struck. */
const WORLD = {
  members: 3,
  databases: 1,
  copies: 3,
  sizeMinBytes: 2 * MIB,
  sizeMaxBytes: 2 * MIB,
  rateBytesPerSecond: 2 * MIB,
};
/** The steps of a restore over the original database with two passive copies: a look, eight changes, a last look. */
const STEPS = 10;

interface Fault {
  readonly strike: 'conductor' | 'agent' | 'failover';
  /** Once so many steps were ordered, or between two of them. */
  readonly when: number | Moment;
}

function words({ strike, when }: Fault): string {
  const what = strike === 'failover' ? 'a failover' : `SIGKILL of the ${strike}`;
  return typeof when === 'number' ? `${what} at step ${when}` : `${what} when ${when}`;
}

/** `TEST_RESTORE_FAULTS=all` lets each of them strike in a restore of its own, at and between all steps. */
const RESTORES: readonly (readonly Fault[])[] =
  process.env['TEST_RESTORE_FAULTS'] === 'all'
    ? [...Array.from({ length: STEPS }, (_, index) => index + 1), ...MOMENTS].flatMap((when) => [
        [{ strike: 'conductor', when }],
        [{ strike: 'agent', when }],
        ...(typeof when === 'number' ? [] : [[{ strike: 'failover', when } as const]]),
      ])
    : [
        [
          { strike: 'failover', when: 'one copy is suspended' },
          { strike: 'conductor', when: 'the database is dismounted' },
          { strike: 'agent', when: 'its files are half written' },
          { strike: 'failover', when: 'one copy is made anew' },
        ],
      ];

describe('a restore', () => {
  let running: RunningLab;
  const struckWhen: Moment[] = [];

  beforeAll(async () => {
    running = await startLab({ world: WORLD });
    await whenSeen(running, 1);
    await backUpAll(running, 1);
  });

  afterAll(async () => {
    await running?.stop();
  });

  it.each(RESTORES.map((faults) => [faults.map(words).join(', then '), faults] as const))(
    'survives %s: it goes on, is undone, or says loudly what is left',
    async (_, faults) => {
      const restoresBefore = running.status().restores.length;
      const requestId = await startRestore(running, { databases: [DATABASE], confirm: [DATABASE] });
      struckWhen.length = 0;
      const struckAt: number[] = [];
      for (const { strike, when } of faults) {
        if (typeof when === 'number') await untilOrdered(when, requestId);
        struckAt.push(
          await (strike === 'failover' ? failOver(when, restoresBefore) : kill(strike, when, restoresBefore)),
        );
      }
      const run = await whenRun(requestId, 'the restore is over', ({ status }) => isFinalRunStatus(status));
      const task = restoreTaskOf(run, DATABASE);
      if (task.status === 'succeeded') await expectWhole(running, [DATABASE]);
      else await expectToldOf(run, task);
      const pauses = struckAt.map((atMs) => `${pauseAfterMs(task, run, atMs)} ms`).join(', ');
      process.stdout.write(
        `${faults.map(words).join(', then ')}: struck when ${struckWhen.join(', ')}; ${task.status}, went on after ${pauses}\n`,
      );
    },
  );

  async function expectToldOf(run: RunView, task: RestoreTaskView): Promise<void> {
    await eventually(
      async () =>
        leftovers(running, [DATABASE]).length === 0 ||
        (await running.client.alarms()).some((alarm) => alarm.runId === run.runId && alarm.commands.length > 0),
      { what: `an alarm tells what the ${task.status} restore left: ${task.reason}` },
    );
    expect(['failed', 'needsAttention']).toContain(task.status);
  }

  /** Until the restore ordered its next step, or ended. */
  function pauseAfterMs({ steps }: RestoreTaskView, { endedAt }: RunView, struckAtMs: number): number {
    const after = [...steps.map(({ orderedAt }) => orderedAt), endedAt ?? ''].map((at) => Date.parse(at) - struckAtMs);
    return Math.min(...after.filter((ms) => ms >= 0));
  }

  /** Or the restore is over already. */
  async function untilOrdered(step: number, requestId: string): Promise<void> {
    await whenRun(
      requestId,
      `step ${step} is ordered`,
      ({ status, restore }) => isFinalRunStatus(status) || (restore?.tasks[0]?.steps.length ?? 0) >= step,
    );
  }

  /**
   * Acts in the same turn as it sees that it is time, so that the product has no time to go on. A moment may be over between two looks of a
   * busy machine; then it acts at the next one.
   */
  async function at<Result>(when: Fault['when'], restoresBefore: number, act: () => Result): Promise<Result> {
    const { result } = await eventually(
      () => {
        const moment = momentOf(running.world.status(), DATABASE, restoresBefore);
        const isTime = typeof when === 'number' || MOMENTS.indexOf(moment) >= MOMENTS.indexOf(when);
        if (!isTime) return null;
        struckWhen.push(moment);
        return { result: act() };
      },
      { everyMs: LOOK_FOR_MOMENT_EVERY_MS, what: String(when) },
    );
    return result;
  }

  /** Killed, and started again by its service manager. */
  async function kill(victim: 'conductor' | 'agent', when: Fault['when'], restoresBefore: number): Promise<number> {
    const name = await at(when, restoresBefore, (): ServiceName => {
      const service: ServiceName = victim === 'agent' ? `agent:${memberAtWork().toLowerCase()}` : victim;
      running.lab.kill(service);
      return service;
    });
    const atMs = Date.now();
    await running.lab.start(name);
    return atMs;
  }

  /** A copy is made anew by its own agent, and everything else done by that of the active copy. */
  function memberAtWork(): string {
    const { activeMember, copies } = databaseOf(running, DATABASE);
    return copies.find(({ status }) => status === 'Seeding')?.member ?? activeMember;
  }

  /** To a copy that Exchange would take. Where none is left, the server with the active copy goes down, and comes back. */
  async function failOver(when: Fault['when'], restoresBefore: number): Promise<number> {
    const down = await at(when, restoresBefore, () => {
      const { activeMember, copies } = databaseOf(running, DATABASE);
      const target = copies.find(({ role, status }) => role === 'passive' && status === 'Healthy')?.member;
      if (target === undefined) running.world.stopMember(activeMember);
      else running.world.failover(DATABASE, target);
      return target === undefined ? activeMember : null;
    });
    const atMs = Date.now();
    if (down !== null) {
      await new Promise((resolve) => setTimeout(resolve, SERVER_DOWN_MS));
      running.world.startMember(down);
    }
    return atMs;
  }

  function whenRun(requestId: string, what: string, fits: (run: RunView) => boolean): Promise<RunView> {
    return eventually(
      async () => {
        const run = await running.client.run({ requestId });
        if (fits(run)) return run;
        const tasks = run.restore?.tasks.map(
          ({ status, reason, steps }) => `${status}: ${reason} (${steps.length} steps)`,
        );
        throw new Error(`the run is ${run.status}: ${run.reason}; ${tasks?.join('; ') ?? ''}`);
      },
      { what },
    );
  }
});
