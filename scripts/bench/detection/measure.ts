import { isFinalTaskStatus, type RunView, type TaskView } from '#contracts';
import type { DagClient } from '#client';
import { pause, type Lab } from '../../../lab/src/supervisor/index.js';

const POLL_MS = 50;
/** Far above the goals, so that a miss is measured and not cut off. */
const EVENT_WITHIN_MS = 120_000;

/** Times of one SIGKILL of an agent at work. */
export interface Detection {
  readonly member: string;
  readonly database: string;
  /** Until the inventory says that the member is silent. */
  readonly knownMs: number;
  /** Until the backup of its database has been started on another member. */
  readonly elsewhereMs: number;
}

/** Lets one database be backed up, kills the agent that does it, and looks how long the others take to notice and to go on. */
export async function measureDetection(
  lab: Lab,
  client: DagClient,
  database: string,
  signal: AbortSignal,
): Promise<Detection> {
  const { requestId } = await client.backup({ databases: [database], backupType: 'full', requestedBy: 'bench' });
  const atWork = await first(`${database} is being backed up`, signal, async () =>
    runningTask(await client.run({ requestId })),
  );
  const member = atWork.attempts.at(-1)?.member ?? '';
  const killedMs = performance.now();
  lab.kill(`agent:${member}`);
  const since = (): number => Math.round(performance.now() - killedMs);
  const [knownMs, elsewhereMs] = await Promise.all([
    first(`${member} is known to be silent`, signal, async () => {
      const { members } = await client.snapshot();
      return members.find(({ id }) => id === member)?.agent.state === 'silent' ? since() : undefined;
    }),
    first(`${database} is begun on another member than ${member}`, signal, async () =>
      hasBegunElsewhere(await client.run({ requestId }), member) ? since() : undefined,
    ),
  ]);
  await lab.start(`agent:${member}`, signal);
  await first(`the run of ${database} is over`, signal, async () => {
    const run = await client.run({ requestId });
    return run.tasks.every(({ status }) => isFinalTaskStatus(status)) ? true : undefined;
  });
  await first(`${member} is heard again`, signal, async () => {
    const { members } = await client.snapshot();
    return members.find(({ id }) => id === member)?.agent.state === 'alive' ? true : undefined;
  });
  return { member, database, knownMs, elsewhereMs };
}

function runningTask(run: RunView): TaskView | undefined {
  return run.tasks.find(({ status }) => status === 'running');
}

function hasBegunElsewhere(run: RunView, lost: string): boolean {
  return run.tasks.some(({ attempts }) => {
    const last = attempts.at(-1);
    return last !== undefined && last.member !== lost && last.startedAt !== null;
  });
}

/** The first answer that is one; a question that fails meanwhile is asked again. */
async function first<Answer>(
  what: string,
  signal: AbortSignal,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const deadline = performance.now() + EVENT_WITHIN_MS;
  let last = '';
  while (performance.now() < deadline) {
    signal.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = `; the last answer was: ${String(error)}`;
    }
    await pause(POLL_MS, signal);
  }
  throw new Error(`waited ${EVENT_WITHIN_MS / 1_000} s in vain until ${what}${last}`);
}
