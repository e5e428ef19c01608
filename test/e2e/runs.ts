import type { BackupRequest, RunView, TaskView } from '#contracts';
import { eventually } from '../support/eventually.js';
import type { RunningLab } from '../support/start-lab.js';

/** Only ends a test that waits in vain: how long a run takes here says nothing. */
const RUN_WITHIN_MS = 150_000;

/** Asks for a backup as `dagctl backup` does; the answer is the request's id. */
export async function startBackup(running: RunningLab, request: BackupRequest = {}): Promise<string> {
  const { requestId } = await running.client.backup(request);
  return requestId;
}

export function taskOf(run: RunView, databaseName: string, copyNumber = 1): TaskView {
  const task = run.tasks.find((each) => each.databaseName === databaseName && each.copyNumber === copyNumber);
  if (!task)
    throw new Error(
      `the run has no task for ${databaseName}; it has ${run.tasks.map((each) => each.databaseName).join(', ')}`,
    );
  return task;
}

/** Waits until a task of the run satisfies the condition. */
export function whenTask(
  running: RunningLab,
  requestId: string,
  what: string,
  condition: (task: TaskView, run: RunView) => boolean,
): Promise<TaskView> {
  return eventually(
    async () => {
      const run = await running.client.run({ requestId });
      const task = run.tasks.find((each) => condition(each, run));
      if (task) return task;
      const tasks = run.tasks.map(({ databaseName, status, reason }) => `${databaseName} ${status}: ${reason}`);
      throw new Error(`the run is ${run.status} (${run.reason}) with ${tasks.join('; ')}`);
    },
    { what },
  );
}

export function whenEnded(running: RunningLab, requestId: string): Promise<RunView> {
  return running.client.waitForRun(requestId, { timeoutMs: RUN_WITHIN_MS });
}

/** Waits until the inventory sees what the lab has, so that a test does not race the first reports. */
export function whenSeen(running: RunningLab, databases: number): Promise<boolean> {
  return eventually(
    async () => {
      const snapshot = await running.client.snapshot();
      const mounted = snapshot.databases.filter(
        (database) => database.mounted === true || database.kind === 'recovery',
      );
      return mounted.length === databases && snapshot.members.every(({ agent }) => agent.state !== 'silent');
    },
    { what: `the inventory knows all ${databases} databases and every agent` },
  );
}

/** An agent that has just started has not yet asked its client, and a member whose client is not known gets no work. */
export async function whenReady(running: RunningLab, databases: number): Promise<void> {
  await whenSeen(running, databases);
  await eventually(
    async () => (await running.client.snapshot()).members.every(({ client }) => client.installed === true),
    { what: 'every agent knows its client' },
  );
}
