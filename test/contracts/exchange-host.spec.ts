import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ProcessExchangeHost } from '../../apps/node-agent/src/adapters/exchange-host/process-exchange-host.js';
import { SystemClock } from '../../apps/node-agent/src/adapters/system-clock.js';
import { SmallLab } from '../../lab/src/world/testing/small-lab.js';

/** The agent's side of the host protocol and the lab's, over real processes: what a restore changes around the restore itself. */

let lab: SmallLab;
let host: ProcessExchangeHost;
const silent = { info: () => undefined, warn: () => undefined };

beforeEach(async () => {
  lab = await SmallLab.create({ databases: 1 });
  lab.live(2);
  host = new ProcessExchangeHost(
    {
      command: process.execPath,
      args: [resolve('dist/lab/src/exchange-host/main.js'), '--lab', lab.directory, '--member', 'EX02'],
      requestTimeoutMs: 20_000,
      changeTimeoutMs: 20_000,
    },
    new SystemClock(),
    silent,
  );
  host.start();
});
afterEach(() => {
  host.close();
  lab.remove();
});

describe('the agent’s Exchange host', () => {
  it('makes every change of a restore in the lab, and shows each by what is read', async () => {
    const guid = lab.guid('MBX01');
    const passive = { databaseGuid: guid, member: 'ex02' };
    const suspended = await host.suspendCopy(passive, 'restore run 4711');
    expect(suspended.copies[1]).toMatchObject({ status: 'Suspended', suspendComment: 'restore run 4711' });
    await host.suspendCopy({ ...passive, member: 'ex03' }, 'restore run 4711');
    expect(await host.dismountDatabase(guid)).toMatchObject({ mounted: false, activeMember: 'ex01' });
    expect(await host.setAllowFileRestore(guid, true)).toMatchObject({ allowFileRestore: true });
    expect(await host.mountDatabase(guid)).toMatchObject({ mounted: true, allowFileRestore: false });
    lab.world.setRate('EX01', 64 * 1024);
    expect((await host.updateCopy(passive, null)).copies[1]).toMatchObject({ status: 'Seeding', seedingPercent: 0 });
    lab.tick();
    lab.tick(1_000);
    expect((await host.getDatabase(guid))?.copies[1]?.seedingPercent).toBeGreaterThan(0);
    await host.resumeCopy({ ...passive, member: 'ex03' });
    lab.live(8);
    expect((await host.getDatabase(guid))?.copies.map((copy) => copy.status)).toEqual([
      'Mounted',
      'Healthy',
      'Healthy',
    ]);
    await host.moveActiveDatabase(passive);
    lab.live(3);
    expect(await host.getDatabase(guid)).toMatchObject({ mounted: true, activeMember: 'ex02' });
  });

  it('makes and removes a recovery database, and is told what Exchange refuses', async () => {
    const wanted = { name: 'RDB-4711', member: 'ex03', edbPath: null, logPath: null };
    const made = await host.createRecoveryDatabase(wanted);
    expect(made).toMatchObject({ recovery: true, mounted: false, activeMember: 'ex03' });
    await expect(host.createRecoveryDatabase(wanted)).rejects.toMatchObject({
      failure: { type: 'host.failed', retryable: false, details: { exchangeError: 'exchange.refused' } },
    });
    await host.mountDatabase(made.guid);
    await expect(host.removeDatabase(made.guid)).rejects.toMatchObject({ failure: { retryable: true } });
    await host.dismountDatabase(made.guid);
    await host.removeDatabase(made.guid);
    expect(await host.getDatabase(made.guid)).toBeNull();
    expect((await host.describeServer()).volumes).toEqual([expect.objectContaining({ path: 'D:\\' })]);
  });
});
