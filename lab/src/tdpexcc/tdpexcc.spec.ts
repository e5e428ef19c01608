import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyStorage } from '../verify/index.js';
import { objectFolder } from '../world/layout.js';
import { transfersOn } from '../world/sessions.js';
import { until } from '../../../test/support/eventually.js';
import { SmallLab } from '../world/testing/small-lab.js';

let lab: SmallLab;
/** A minute and more for a database here: what a test does meanwhile is done by then on any machine. */
const SLOW = 4 * 1024;
const RETRYABLE = /0x800423f3 - VSS_E_WRITERERROR_RETRYABLE/;

beforeEach(async () => {
  lab = await SmallLab.create({ recoveryDatabases: 1 });
  lab.live(6);
});
afterEach(() => lab.remove());

/** MBX01 is active on EX01, passive on EX02, lagged on EX03; MBX02 on EX02, EX03, EX01. */
async function backup(
  member: string,
  database: string,
  type = 'full',
  ...options: string[]
): Promise<{ code: number | null; output: string }> {
  const client = lab.tdpexcc(member, 'backup', database, type, ...options);
  return { code: await client.ended, output: client.output };
}
const database = (name: string) => lab.world.status().databases.find((each) => each.name === name);
const stored = () => lab.world.status().storedBackups;

async function expectNothingHalfStored(): Promise<void> {
  expect(
    existsSync(join(lab.directory, 'storage', '.incoming'))
      ? readdirSync(join(lab.directory, 'storage', '.incoming'))
      : [],
  ).toEqual([]);
  expect((await verifyStorage(lab.directory)).failures).toEqual([]);
}

describe('a backup', () => {
  it('stores the bytes of the copy, moves the header on, and says so', async () => {
    const { code, output } = await backup('ex02', 'MBX01', 'FULL', '/dagnode=DAG1');
    expect(code).toBe(0);
    expect(output).toMatch(/Version 8, Release 1, Level 0\.0\n[^]*Beginning VSS backup of 'MBX01'\.\.\./);
    expect(output).toMatch(
      /Files Examined\/Completed\/Failed: \[ \d+ \/ \d+ \/ 0 \] {3}Total Bytes: \d+\nVSS Backup operation completed with rc = 0/,
    );
    expect(output).toMatch(/Completed\n$/);
    expect(stored()).toEqual([
      expect.objectContaining({ database: 'MBX01', member: 'EX02', role: 'passive', type: 'full' }),
    ]);
    expect(database('MBX01')).toMatchObject({
      backupInProgress: false,
      lastFullAt: stored()[0]?.endedAt,
      lastCopyAt: null,
    });
    expect(readFileSync(join(lab.directory, 'ex02.log'), 'utf8')).toMatch(
      /^\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d .*rc = 0$/m,
    );
    expect(await verifyStorage(lab.directory)).toEqual({ checked: 1, failures: [] });
  });

  it('of type COPY leaves the full header alone', async () => {
    expect((await backup('EX01', 'MBX01', 'copy')).code).toBe(0);
    expect(database('MBX01')).toMatchObject({ lastFullAt: null, lastCopyAt: stored()[0]?.endedAt });
  });

  it('goes on when nobody reads its output any more', async () => {
    lab.world.setRate('EX02', 256 * 1024);
    const client = lab.tdpexcc('EX02', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    client.process.stdout?.destroy();
    expect(await client.ended).toBe(0);
    expect(stored()).toHaveLength(1);
  });

  it('shares its member’s rate with the others there', async () => {
    lab.world.setRate('EX02', SLOW);
    const clients = ['MBX01', 'MBX02'].map((name) => lab.tdpexcc('EX02', 'backup', name, 'full'));
    await Promise.all(['MBX01', 'MBX02'].map((name) => lab.transferring(name)));
    expect(transfersOn(lab.world.store, 'EX02')).toBe(2);
    expect(transfersOn(lab.world.store, 'EX01')).toBe(0);
    lab.world.setRate('EX02', 2 ** 30);
    expect(await Promise.all(clients.map((each) => each.ended))).toEqual([0, 0]);
    expect(stored()).toHaveLength(2);
  });
});

describe('Exchange’s rules', () => {
  it('one backup of a database at a time, whatever copies they read', async () => {
    lab.world.setRate('EX02', SLOW);
    const first = lab.tdpexcc('EX02', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    for (const [member, type] of [
      ['EX01', 'full'],
      ['EX02', 'full'],
      ['EX03', 'copy'],
    ] as const) {
      const second = await backup(member, 'MBX01', type);
      expect(second.code).not.toBe(0);
      expect(second.output).toMatch(RETRYABLE);
    }
    lab.world.setRate('EX02', 2 ** 30);
    expect(await first.ended).toBe(0);
    expect(stored()).toHaveLength(1);
    await expectNothingHalfStored();
  });

  it('of two that start at once exactly one succeeds', async () => {
    lab.world.setRate('EX01', SLOW);
    lab.world.setRate('EX02', SLOW);
    const clients = ['EX01', 'EX02'].map((member) => lab.tdpexcc(member, 'backup', 'MBX01', 'full'));
    await Promise.race(clients.map((each) => each.ended));
    for (const member of ['EX01', 'EX02']) lab.world.setRate(member, 2 ** 30);
    const codes = await Promise.all(clients.map((each) => each.ended));
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(stored()).toHaveLength(1);
  });

  it.each(['failover', 'dismount'] as const)('a %s kills the backup of a passive copy', async (fault) => {
    lab.world.setRate('EX02', SLOW);
    const client = lab.tdpexcc('EX02', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    if (fault === 'failover') lab.world.failover('MBX01', 'EX02');
    else lab.world.dismount('MBX01');
    expect(database('MBX01')?.backupInProgress).toBe(false);
    expect(await client.ended).not.toBe(0);
    expect(client.output).toMatch(fault === 'failover' ? /moving from EX01 to EX02/ : /was dismounted/);
    const sent = [...client.output.matchAll(/Total Bytes: (\d+)/g)].map((match) => Number(match[1]));
    expect(Math.max(0, ...sent)).toBeLessThan(database('MBX01')?.sizeBytes ?? 0);
    expect(stored()).toEqual([]);
    expect(database('MBX01')?.lastFullAt).toBeNull();
    await expectNothingHalfStored();
  });

  it('do not list a recovery database, mounted as it is', async () => {
    const { activeMember = '', mounted } = database('RDB1') ?? {};
    expect(mounted).toBe(true);
    const { code, output } = await backup(activeMember, 'RDB1');
    expect(code).not.toBe(0);
    expect(output).toMatch(/'RDB1' was not found/);
  });

  it.each([
    ['a name in the wrong case', () => 'mbx01', /'mbx01' was not found/],
    ['a dismounted database', () => (lab.world.dismount('MBX01'), 'MBX01'), /'MBX01' was not found/],
    ['a suspended copy', () => (lab.world.setCopyStatus('MBX01', 'EX02', 'Suspended'), 'MBX01'), RETRYABLE],
    [
      'a database whose active server died',
      () => (lab.world.setCopyStatus('MBX01', 'EX02', 'Failed'), lab.world.stopMember('EX01'), 'MBX01'),
      /'MBX01' was not found/,
    ],
  ])('refuse %s', async (_what, prepare, reason) => {
    const { code, output } = await backup('EX02', prepare());
    expect(code).not.toBe(0);
    expect(output).toMatch(reason);
    expect(stored()).toEqual([]);
  });
});

describe('the chain', () => {
  it('needs a full backup that this copy knows of', async () => {
    expect((await backup('EX01', 'MBX01', 'incr')).output).toMatch(/knows of no full backup/);
    expect((await backup('EX01', 'MBX01')).code).toBe(0);
    expect((await backup('EX02', 'MBX01', 'incr')).output).toMatch(/knows of no full backup/);
    lab.live(8);
    expect((await backup('EX02', 'MBX01', 'incr')).code).toBe(0);
    lab.live(8);
    expect((await backup('EX01', 'MBX01', 'diff')).code).toBe(0);
    expect((await backup('EX01', 'MBX01', 'incr')).code).toBe(0);
    expect(stored().map((each) => each.type)).toEqual(['full', 'incremental', 'differential', 'incremental']);
    expect(database('MBX01')?.lastIncrementalAt).toBe(stored()[3]?.endedAt);
    expect(await verifyStorage(lab.directory)).toEqual({ checked: 4, failures: [] });
    const logs = readdirSync(objectFolder(lab.directory, 'MBX01', stored()[1]?.objectName ?? ''));
    expect(logs).not.toContain('MBX01.edb');
    expect(logs.length).toBeGreaterThan(1);
  });

  it('is impossible with circular logging', async () => {
    await backup('EX01', 'MBX01');
    lab.world.setCircularLogging('MBX01', true);
    expect((await backup('EX01', 'MBX01', 'incremental')).output).toMatch(/circular logging is on/);
  });
});

describe('the client', () => {
  it('that is told to stop ends with an error and leaves nothing', async () => {
    lab.world.setRate('EX02', SLOW);
    const client = lab.tdpexcc('EX02', 'backup', '*', 'full');
    await until('a transfer', () => lab.world.status().runningBackups.some((each) => each.phase === 'transfer'));
    client.process.kill('SIGTERM');
    expect(await client.ended).toBeGreaterThan(0);
    expect(lab.world.status().runningBackups).toEqual([]);
    expect(stored()).toEqual([]);
    await expectNothingHalfStored();
  });

  it('cannot reach a storage server that is down, before or in the middle', async () => {
    lab.world.setStorageServer(false);
    expect(await backup('EX01', 'MBX01')).toMatchObject({ code: 17, output: expect.stringMatching(/ANS1017E/) });
    lab.world.setStorageServer(true);
    lab.world.setRate('EX01', SLOW);
    const client = lab.tdpexcc('EX01', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    lab.world.setStorageServer(false);
    expect(await client.ended).toBe(17);
    expect(database('MBX01')?.backupInProgress).toBe(false);
    await expectNothingHalfStored();
  });

  it('backs up everything here but recovery databases, and says when the options leave nothing', async () => {
    expect((await backup('EX02', '*')).code).toBe(0);
    expect(stored().map((each) => each.database)).toEqual(['MBX01', 'MBX02']);
    expect(await backup('EX02', '*', 'full', '/MINIMUMBACKUPINTERVAL=60')).toMatchObject({
      code: 208,
      output: expect.stringMatching(/rc = 464/),
    });
    expect((await backup('EX01', 'MBX01', 'full', '/PREFERDAGPASSIVE')).code).toBe(208);
    expect(stored()).toHaveLength(2);
  });

  it('shows its preferences and what is stored', async () => {
    await backup('EX01', 'MBX01');
    const tdp = lab.tdpexcc('EX01', 'query', 'tdp', '/CONFIGFILE=none.cfg', '/quiet');
    expect(await tdp.ended).not.toBe(0);
    const preferences = lab.tdpexcc('EX01', 'query', 'tdp', '/CONFIGFILE=none.cfg');
    expect(await preferences.ended).toBe(0);
    expect(preferences.output).toMatch(/Version 8, Release 1, Level 0\.0[^]*LOCALDSMAgentnode \.+ EX01/);
    const list = lab.tdpexcc('EX02', 'query', 'tsm', 'MBX01', 'full', '/all');
    expect(await list.ended).toBe(0);
    expect(list.output).toContain(stored()[0]?.objectName ?? 'no backup');
    const exchange = lab.tdpexcc('EX03', 'query', 'exchange');
    expect(await exchange.ended).toBe(0);
    expect(exchange.output).toMatch(/MBX01\n[^]*DAG Status {7}- Passive/);
  });
});
