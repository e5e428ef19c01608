import { expect } from '@jest/globals';
import type { RestoreRequest, RestoreTaskView, RunView } from '#contracts';
import { verifyCopies } from '../../lab/src/verify/index.js';
import type { DatabaseStatus } from '../../lab/src/world/index.js';
import { eventually } from '../support/eventually.js';
import type { RunningLab } from '../support/start-lab.js';
import { startBackup, whenEnded } from './runs.js';

/** Asks for a restore as `dagctl restore` does; the answer is the request's id. */
export async function startRestore(running: RunningLab, request: RestoreRequest): Promise<string> {
  const { requestId } = await running.client.restore(request);
  return requestId;
}

export function restoreTaskOf(run: RunView, databaseName: string): RestoreTaskView {
  const task = run.restore?.tasks.find((each) => each.databaseName === databaseName);
  if (!task) throw new Error(`the run restores no ${databaseName}: ${run.status}, ${run.reason}`);
  return task;
}

/** Backs every database up, and waits until the clients list it all. */
export async function backUpAll(running: RunningLab, databases: number): Promise<void> {
  const run = await whenEnded(running, await startBackup(running));
  expect({ exitCode: run.exitCode, reason: run.reason }).toMatchObject({ exitCode: 0 });
  await eventually(
    async () => {
      const { backups } = await running.client.backups({ maxAgeMs: 2_000, waitMs: 10_000 });
      const listed = backups.filter(({ origin }) => origin === 'both');
      return listed.length >= databases;
    },
    { what: `the clients list the ${databases} backups of the run` },
  );
}

export function databaseOf(running: RunningLab, name: string): DatabaseStatus {
  const database = running.status().databases.find((each) => each.name === name);
  if (!database) throw new Error(`the lab has no database ${name}`);
  return database;
}

/** What nobody may ever have to clean up after a restore that says that it is over. */
export function leftovers(running: RunningLab, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const { mounted, allowFileRestore, copies } = databaseOf(running, name);
    return [
      ...(mounted ? [] : [`${name} is dismounted`]),
      ...(allowFileRestore ? [`AllowFileRestore of ${name} is set`] : []),
      ...copies
        .filter(
          ({ role, status, suspendComment }) => role === 'passive' && (status !== 'Healthy' || suspendComment !== null),
        )
        .map(({ member, status, suspendComment }) => `${name} on ${member} is ${status} (${suspendComment ?? ''})`),
    ];
  });
}

/** The databases are mounted, all copies Healthy, and every byte is what the backup's moment and the logs since make of it. */
export async function expectWhole(running: RunningLab, names: readonly string[]): Promise<void> {
  await eventually(() => leftovers(running, names).length === 0, {
    what: `nothing is left of the restore: ${leftovers(running, names).join('; ')}`,
  });
  expect((await verifyCopies(running.directory, names)).failures).toEqual([]);
}
