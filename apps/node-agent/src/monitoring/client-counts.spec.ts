import { describe, expect, it } from '@jest/globals';
import type { BackupClient, ClientExit, RunningClient } from '../ports/backup-client.js';
import { ClientCounts } from './client-counts.js';

const JOB = { attemptId: 'a', databaseName: 'DB1', backupType: 'full', replicated: true } as const;

/** A client whose progress and end the test says. */
function scripted() {
  let tell: (bytesDone: string) => void = () => undefined;
  let end: (exit: ClientExit) => void = () => undefined;
  const running = (onProgress: (bytesDone: string) => void): RunningClient => {
    tell = onProgress;
    const exited = new Promise<ClientExit>((resolve) => {
      end = resolve;
    });
    return { pid: 1, exited, kill: () => undefined };
  };
  const client = { start: (_: unknown, told) => running(told), restore: (_: unknown, told) => running(told) } as Pick<
    BackupClient,
    'start' | 'restore'
  > as BackupClient;
  const exit = async (bytesDone: string, more: Partial<ClientExit> = {}): Promise<void> => {
    end({ exitCode: 0, bytesDone, lastLines: [], ...more });
    await Promise.resolve();
  };
  return { client, tell: (bytes: string) => tell(bytes), exit };
}

describe('what backup clients did', () => {
  it('is counted while they run, each byte once', async () => {
    const counts = new ClientCounts();
    const { client, tell, exit } = scripted();
    const heard: string[] = [];
    counts.counting(client).start(JOB, (bytes) => heard.push(bytes));
    const backup = () => counts.list().find(({ work }) => work === 'backup');
    tell('100');
    tell('250');
    expect([backup()?.running, backup()?.bytes, heard]).toEqual([1, 250, ['100', '250']]);
    await exit('300');
    expect(backup()).toMatchObject({ running: 0, bytes: 300, ends: { succeeded: 1, failed: 0 } });
    expect(counts.list().find(({ work }) => work === 'restore')?.bytes).toBe(0);
  });

  it.each([
    ['failed', { exitCode: 8 }],
    ['killed', { exitCode: null }],
    ['notStarted', { exitCode: null, startFailure: 'no such file' }],
  ] as const)('ends as %s', async (end, how) => {
    const counts = new ClientCounts();
    const { client, exit } = scripted();
    counts.counting(client).start(JOB, () => undefined);
    await exit('0', how);
    expect(counts.list()[0]?.ends).toEqual({ succeeded: 0, failed: 0, killed: 0, notStarted: 0, [end]: 1 });
  });
});
