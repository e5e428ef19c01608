import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HostChangeMethod, HostDatabase, HostServer } from '#contracts';
import { openSessionOf, rateShareOn } from '../world/sessions.js';
import { until } from '../../../test/support/eventually.js';
import { SmallLab } from '../world/testing/small-lab.js';

let lab: SmallLab;
beforeEach(async () => {
  lab = await SmallLab.create({ standalone: 1, recoveryDatabases: 1 });
  lab.live(3);
});
afterEach(() => lab.remove());

/** MBX01 is active on EX01, passive on EX02, lagged on EX03. */
function change(method: HostChangeMethod, params: object = {}, member = 'EX03'): HostDatabase {
  const answer = lab.ask(member, method, { guid: lab.guid('MBX01'), ...params });
  return JSON.parse(JSON.stringify(answer));
}
const read = (name = 'MBX01'): HostDatabase =>
  JSON.parse(JSON.stringify(lab.ask('EX03', 'getDatabase', { guid: lab.guid(name) })));
const statuses = (): readonly string[] => read().copies.map((copy) => copy.status);
const copy = (index: number) => read().copies[index];

describe('a change', () => {
  const refusals: readonly (readonly [HostChangeMethod, object, RegExp])[] = [
    ['dismountDatabase', { guid: '' }, /request\.invalid.*params\.guid/],
    ['mountDatabase', { guid: null }, /request\.invalid/],
    ['suspendCopy', { server: 'EX02' }, /params\.comment/],
    ['suspendCopy', { server: 'EX02', comment: 'x'.repeat(513) }, /at most 512 characters/],
    ['suspendCopy', { server: 'EX01', comment: 'x' }, /is the active one/],
    ['suspendCopy', { server: 'EX99', comment: 'x' }, /no member "EX99"/],
    ['resumeCopy', {}, /params\.server/],
    ['setAllowFileRestore', { allowed: 'True' }, /params\.allowed as true or false/],
    ['dismountDatabase', { guid: 'ffffffff-0000-4000-8000-000000000000' }, /could not be found/],
    ['mountDatabase', {}, /exchange\.refused: MBX01 is mounted already/],
    ['moveActiveDatabase', { server: 'EX03' }, /lagged/],
    ['removeDatabase', {}, /not a recovery database/],
  ];

  it('that Exchange would not make is refused, and changes nothing', () => {
    const before = read();
    for (const [method, params, reason] of refusals) expect(() => change(method, params)).toThrow(reason);
    expect(read()).toEqual(before);
  });

  it('is refused by a server that is down', () => {
    lab.world.stopMember('EX03');
    expect(() => change('dismountDatabase')).toThrow(/exchange\.unavailable/);
  });
});

describe('a suspended copy', () => {
  it('says why, gets no logs, is no failover target, and comes back when resumed', () => {
    const answer = change('suspendCopy', { server: 'ex02.contoso.lab', comment: 'restore run 4711' });
    expect(answer.copies[1]).toMatchObject({
      status: 'Suspended',
      suspendComment: 'restore run 4711',
      activationSuspended: true,
    });
    expect(() => lab.world.failover('MBX01', 'EX02')).toThrow(/is Suspended/);
    change('resumeCopy', { server: 'EX02' });
    expect(copy(1)).toMatchObject({ status: 'Initializing', suspendComment: null, activationSuspended: false });
    lab.live(3);
    expect(copy(1)?.status).toBe('Healthy');
  });

  it('cannot be reached, nor suspended, while its server is down', () => {
    lab.world.stopMember('EX02');
    expect(() => change('suspendCopy', { server: 'EX02', comment: 'x' })).toThrow(/EX02 does not answer/);
  });

  it('is not the one that the database is moving to', () => {
    lab.world.failover('MBX01', 'EX02');
    expect(() => change('suspendCopy', { server: 'EX02', comment: 'x' })).toThrow(/is moving to EX02/);
    change('suspendCopy', { server: 'EX03', comment: 'x' });
    lab.live(3);
    expect(lab.world.status().databases.find((each) => each.name === 'MBX01')).toMatchObject({
      activeMember: 'EX02',
      mounted: true,
    });
  });

  it('leaves the database nowhere to go: when its server dies it is dismounted, and mounted when that is back', () => {
    change('suspendCopy', { server: 'EX02', comment: 'x' });
    expect(lab.world.stopMember('EX01').dismounted).toContain('MBX01');
    lab.live(3);
    expect(lab.world.status().databases.find((each) => each.name === 'MBX01')).toMatchObject({
      mounted: false,
      activeMember: 'EX01',
    });
    lab.world.startMember('EX01');
    expect(read().mounted).toBe(true);
  });
});

describe('a dismount', () => {
  it('moves nothing, and nothing but a mount ends it', () => {
    expect(change('dismountDatabase')).toMatchObject({ mounted: false });
    lab.live(5);
    expect(statuses()).toEqual(['Dismounted', 'Healthy', 'Healthy']);
    expect(() => change('dismountDatabase')).toThrow(/dismounted already/);
    expect(change('mountDatabase')).toMatchObject({ mounted: true });
    expect(statuses()[0]).toBe('Mounted');
  });

  it('lasts over a move, and over the death of the server', () => {
    change('dismountDatabase');
    change('moveActiveDatabase', { server: 'EX02' });
    lab.live(3);
    expect(statuses().slice(0, 2)).toEqual(['Initializing', 'Dismounted']);
    lab.world.stopMember('EX02');
    lab.live(3);
    lab.world.startMember('EX02');
    lab.live(3);
    expect(read().mounted).toBe(false);
  });

  it('ends a backup', async () => {
    lab.world.setRate('EX02', 64 * 1024);
    const client = lab.tdpexcc('EX02', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    change('dismountDatabase');
    expect(openSessionOf(lab.world.store, lab.guid('MBX01'))).toBeUndefined();
    expect(await client.ended).not.toBe(0);
  });
});

describe('AllowFileRestore', () => {
  it('is set, unset, and falls back with the next mount', () => {
    expect(change('setAllowFileRestore', { allowed: true }).allowFileRestore).toBe(true);
    expect(change('setAllowFileRestore', { allowed: false }).allowFileRestore).toBe(false);
    change('setAllowFileRestore', { allowed: true });
    change('dismountDatabase');
    expect(read().allowFileRestore).toBe(true);
    expect(change('mountDatabase').allowFileRestore).toBe(false);
  });
});

describe('a recovery database', () => {
  const wanted = { name: 'RDB-4711', server: 'EX02', edbPath: null, logPath: 'D:\\rdb\\log' };

  it('is made dismounted, can be mounted alone on its server, and goes when it is dismounted', () => {
    const other = lab.world.store.database('RDB1');
    const made = change('createRecoveryDatabase', { ...wanted, server: other.activeMember });
    expect(made).toMatchObject({ name: 'RDB-4711', recovery: true, mounted: false, logPath: 'D:\\rdb\\log' });
    expect(made.edbPath).toBe('D:\\Databases\\RDB-4711\\RDB-4711.edb');
    const { guid } = made;
    expect(() => change('mountDatabase', { guid })).toThrow(/RDB1 is mounted on .* one recovery database at a time/);
    lab.world.dismount('RDB1');
    expect(change('mountDatabase', { guid }).mounted).toBe(true);
    expect(() => change('removeDatabase', { guid })).toThrow(/dismount it first/);
    change('dismountDatabase', { guid });
    lab.ask('EX03', 'removeDatabase', { guid });
    expect(lab.ask('EX03', 'getDatabase', { guid })).toBeNull();
    expect(change('createRecoveryDatabase', wanted).guid).not.toBe(guid);
  });

  it('needs a name that nobody has, and a server that is up', () => {
    expect(() => change('createDatabase', { ...wanted, name: 'mbx01' })).toThrow(/there is a database "mbx01" already/);
    expect(() => change('createDatabase', { ...wanted, name: 'a/b' })).toThrow(/no name for a database/);
    lab.world.stopMember('EX02');
    expect(() => change('createRecoveryDatabase', wanted)).toThrow(/EX02 does not answer/);
  });

  it('differs from another new database, which is never removed', () => {
    const { guid, recovery } = change('createDatabase', wanted);
    expect(recovery).toBe(false);
    expect(() => change('removeDatabase', { guid })).toThrow(/nothing else is ever removed/);
  });
});

describe('the server', () => {
  it('says what is free on the volume of its databases, and which version it is', () => {
    const server = (): HostServer => JSON.parse(JSON.stringify(lab.ask('EX02', 'describeServer')));
    expect(BigInt(server().volumes[0]?.freeBytes ?? 0)).toBeGreaterThan(0n);
    lab.world.setFreeBytes('EX02', 4096);
    lab.world.setExchangeVersion('EX02', 'Version 15.1 (Build 2507.6)');
    expect(server()).toMatchObject({
      version: 'Version 15.1 (Build 2507.6)',
      volumes: [{ path: 'D:\\', freeBytes: '4096' }],
    });
    expect(read().edbPath).toBe('D:\\Databases\\MBX01\\MBX01.edb');
  });
});

describe('a reseed', () => {
  const suspend = (server: string) => change('suspendCopy', { server, comment: 'restore run 4711' });

  it('takes its time at the lab’s rate, shows how far it is, and ends Healthy without the comment', () => {
    suspend('EX02');
    lab.world.setRate('EX01', 64 * 1024);
    expect(change('updateCopy', { server: 'EX02', sourceServer: null }).copies[1]).toMatchObject({
      status: 'Seeding',
      seedingPercent: 0,
    });
    lab.tick();
    lab.tick(1_000);
    const first = copy(1)?.seedingPercent ?? 0;
    expect(first).toBeGreaterThan(10);
    expect(first).toBeLessThan(90);
    lab.live(6);
    expect(copy(1)).toMatchObject({
      status: 'Healthy',
      seedingPercent: null,
      suspendComment: null,
      errorMessage: null,
    });
  });

  it.each<[string, () => void, RegExp]>([
    ['a copy that is not suspended', () => undefined, /only a suspended one can be seeded/],
    ['a dismounted database', () => (suspend('EX02'), lab.world.dismount('MBX01')), /is not mounted/],
    [
      'a copy on a dead server',
      () => (suspend('EX02'), lab.world.stopMember('EX02'), undefined),
      /EX02 does not answer/,
    ],
  ])('of %s is refused', (_what, prepare, reason) => {
    prepare();
    expect(() => change('updateCopy', { server: 'EX02', sourceServer: null })).toThrow(reason);
  });

  it('keeps its source from being backed up, and its source’s backup keeps it from beginning', async () => {
    suspend('EX03');
    lab.world.setRate('EX01', 64 * 1024);
    change('updateCopy', { server: 'EX03', sourceServer: 'EX02' });
    expect(statuses()).toEqual(['Mounted', 'SeedingSource', 'Seeding']);
    await expect(lab.backup('EX02', 'MBX01')).rejects.toThrow(/SeedingSource, not Healthy/);
    lab.live(10);
    expect(statuses()).toEqual(['Mounted', 'Healthy', 'Healthy']);
    suspend('EX03');
    change('updateCopy', { server: 'EX03', sourceServer: null });
    await expect(lab.backup('EX01', 'MBX01')).rejects.toThrow(/is the source of a seed/);
    lab.world.setRate('EX01', 2 ** 30);
    lab.live(4);
    lab.world.setRate('EX01', 64 * 1024);
    suspend('EX03');
    const client = lab.tdpexcc('EX01', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    expect(() => change('updateCopy', { server: 'EX03', sourceServer: null })).toThrow(
      /a backup is reading the copy on EX01/,
    );
    client.process.kill('SIGKILL');
    await client.ended;
  });

  it.each<[string, () => unknown]>([
    ['a failover of its source', () => lab.world.failover('MBX01', 'EX02')],
    ['a dismount', () => lab.world.dismount('MBX01')],
    ['the death of its source', () => lab.world.stopMember('EX01')],
    ['the death of its own server', () => lab.world.stopMember('EX03')],
  ])('is cut off by %s, and has to be begun again', (_what, fault) => {
    suspend('EX03');
    lab.world.setRate('EX01', 64 * 1024);
    change('updateCopy', { server: 'EX03', sourceServer: null }, 'EX02');
    lab.tick();
    lab.tick(1_000);
    fault();
    lab.live(3);
    const third = lab.world.status().databases.find((each) => each.name === 'MBX01')?.copies[2];
    expect(third?.errorMessage).toMatch(/seeding operation was cancelled because/);
    expect(third?.integrity).toBe('incomplete');
    for (const member of ['EX01', 'EX03']) lab.world.startMember(member);
    if (lab.world.store.database('MBX01').mounted === 0) lab.world.mount('MBX01');
    lab.world.setCopyStatus('MBX01', 'EX03', 'Healthy');
    lab.live(3);
    expect(read().copies[2]).toMatchObject({ status: 'FailedAndSuspended', seedingPercent: null });
  });

  it('moves the bytes of no more than its source, however many copies are seeded at once', async () => {
    suspend('EX02');
    suspend('EX03');
    lab.world.setRate('EX01', 64 * 1024);
    change('updateCopy', { server: 'EX02', sourceServer: null });
    change('updateCopy', { server: 'EX03', sourceServer: null });
    lab.tick();
    lab.tick(1_000);
    const percents = [copy(1)?.seedingPercent ?? 100, copy(2)?.seedingPercent ?? 100];
    expect(Math.max(...percents)).toBeLessThan(20);
    expect(rateShareOn(lab.world.store, 'EX01')).toBe(32 * 1024);
    await until(
      'two healthy copies',
      () => (
        lab.live(1),
        statuses()
          .slice(1)
          .every((each) => each === 'Healthy')
      ),
    );
  });
});
