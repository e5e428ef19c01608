import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isFinalRunStatus, type RunView } from '#contracts';
import type { ServiceName } from '../../lab/src/supervisor/service-name.js';
import { backUpAll, databaseOf, expectWhole, leftovers, restoreTaskOf, startRestore } from '../e2e/restores.js';
import { whenSeen } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';

const START_WITHIN_MS = 120_000;
const RUN_WITHIN_MS = 150_000;
/** Longest time until something that was left is told. */
const ALARM_WITHIN_MS = 60_000;
const DATABASE = 'MBX01';
/** The steps of a restore over the original database with two passive copies. */
const STEPS = 10;

type Victim = 'conductor' | 'agent';
interface Kill {
  readonly victim: Victim;
  /** Once this step was ordered. */
  readonly step: number;
}

/** `TEST_RESTORE_KILLS=all` kills each of the two after every step, one restore each. */
const RESTORES: readonly (readonly Kill[])[] =
  process.env['TEST_RESTORE_KILLS'] === 'all'
    ? Array.from({ length: STEPS }, (_, index) => index + 1).flatMap((step) => [
        [{ victim: 'conductor', step }],
        [{ victim: 'agent', step }],
      ])
    : [
        [
          { victim: 'conductor', step: 4 },
          { victim: 'agent', step: 7 },
        ],
      ];

describe('a restore', () => {
  let running: RunningLab;

  beforeAll(async () => {
    running = await startLab({ world: { members: 3, databases: 1, copies: 3 } });
    await whenSeen(running, 1);
    await backUpAll(running, 1);
  }, START_WITHIN_MS);

  afterAll(async () => {
    await running?.stop();
  }, START_WITHIN_MS);

  it.each(
    RESTORES.map(
      (kills) => [kills.map(({ victim, step }) => `the ${victim} at step ${step}`).join(', '), kills] as const,
    ),
  )(
    'survives SIGKILL of %s: it goes on, is undone, or says loudly what is left',
    async (_, kills) => {
      const requestId = await startRestore(running, { databases: [DATABASE], confirm: [DATABASE] });
      for (const { victim, step } of kills) {
        const run = await whenRun(
          requestId,
          `step ${step} is ordered`,
          ({ status, restore }) => isFinalRunStatus(status) || (restore?.tasks[0]?.steps.length ?? 0) >= step,
        );
        await replace(victim === 'conductor' ? 'conductor' : `agent:${memberAtWork(run)}`);
      }
      const run = await whenRun(requestId, 'the restore is over', ({ status }) => isFinalRunStatus(status));
      const task = restoreTaskOf(run, DATABASE);
      if (task.status === 'succeeded') {
        await expectWhole(running, [DATABASE]);
        return;
      }
      await eventually(
        async () =>
          leftovers(running, [DATABASE]).length === 0 ||
          (await running.client.alarms()).some((alarm) => alarm.runId === run.runId && alarm.commands.length > 0),
        { withinMs: ALARM_WITHIN_MS, what: `an alarm tells what the ${task.status} restore left: ${task.reason}` },
      );
      expect(['failed', 'needsAttention']).toContain(task.status);
    },
    RUN_WITHIN_MS,
  );

  function memberAtWork(run: RunView): string {
    const step = run.restore?.tasks[0]?.steps.at(-1);
    return step?.member ?? databaseOf(running, DATABASE).activeMember.toLowerCase();
  }

  /** Killed, and started again by its service manager. */
  async function replace(name: ServiceName): Promise<void> {
    running.lab.kill(name);
    await running.lab.start(name);
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
      { withinMs: RUN_WITHIN_MS / 2, what },
    );
  }
});
