import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { labPaths } from '../../lab/src/supervisor/index.js';
import { dagctl } from '../e2e/dagctl.js';
import { startBackup, taskOf, whenEnded, whenReady } from '../e2e/runs.js';
import { eventually } from '../support/eventually.js';
import { startLab, type RunningLab } from '../support/start-lab.js';
import { canMount, mountSmallDisk } from './full-journal.js';

const DATABASE = 'MBX01';

const probe = mkdtempSync(join(tmpdir(), 'dag-mount-'));
const isAble = canMount(join(probe, 'disk'));
rmSync(probe, { recursive: true, force: true });
if (!isAble)
  process.stderr.write(
    'LEFT OUT: the test of a full disk, because this user may not mount a tmpfs (run it as root on Linux).\n',
  );

(isAble ? describe : describe.skip)('an agent whose journal has no room', () => {
  let running: RunningLab;
  let disk: ReturnType<typeof mountSmallDisk> | undefined;

  beforeAll(async () => {
    running = await startLab({ world: { members: 2, databases: 1, copies: 2 } });
    await whenReady(running, 1);
  });

  afterAll(async () => {
    disk?.free();
    disk?.unmount();
    await running?.stop();
  });

  it('takes no order, says so, and leaves the work to another member', async () => {
    const passive = running.status().databases[0]?.copies.find(({ role }) => role === 'passive')?.member ?? '';
    const member = passive.toLowerCase();
    running.lab.kill(`agent:${member}`);
    await eventually(() => running.lab.status().find(({ name }) => name === `agent:${member}`)?.state === 'stopped', {
      what: 'the agent is gone',
    });
    disk = mountSmallDisk(join(labPaths(running.directory).service(`agent-${member}`), 'data'));
    await running.lab.start(`agent:${member}`);
    await whenReady(running, 1);
    disk.fill();

    const requestId = await startBackup(running, { databases: [DATABASE] });
    await eventually(() => isWarned(running), { what: 'the inventory tells of the full disk' });
    const { stdout } = await dagctl(running, 'members', '--json');
    expect(stdout).toMatch(/journal in .* could not be written \(free space on its disk\?\): ENOSPC/);
    const run = await whenEnded(running, requestId);
    const attempts = taskOf(run, DATABASE).attempts;
    // Not acknowledged, so never granted, so taken back; nothing was started there.
    expect(attempts[0]).toMatchObject({ member, outcome: 'withdrawn', startedAt: null });
    expect(attempts.at(-1)).toMatchObject({ outcome: 'succeeded' });
    expect(attempts.at(-1)?.member).not.toBe(member);
    expect(await running.verify()).toEqual({ checked: 1, failures: [] });

    disk.free();
    const again = await whenEnded(running, await startBackup(running, { databases: [DATABASE] }));
    expect(taskOf(again, DATABASE).attempts).toMatchObject([{ member, outcome: 'succeeded' }]);
    await eventually(async () => !(await isWarned(running)), {
      what: 'the warning is gone once a record could be written',
    });
  });
});

async function isWarned({ client }: RunningLab): Promise<boolean> {
  return JSON.stringify((await client.snapshot()).members).includes('could not be written');
}
