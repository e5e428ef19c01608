import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HostDatabase } from '#contracts';
import { verifyCopies, verifyStorage } from '../verify/index.js';
import { expectedEdb } from '../world/content.js';
import { edbFile, logFolder, objectFolder } from '../world/layout.js';
import { firstLineage, lineageIn } from '../world/lineage.js';
import { until } from '../../../test/support/eventually.js';
import { SmallLab } from '../world/testing/small-lab.js';

let lab: SmallLab;
/** A minute and more for a database here: what a test does meanwhile is done by then on any machine. */
const SLOW = 4 * 1024;
const EXACT = ['/ERASEEXISTINGLOGS=YES', '/RECOVER=APPLYRESTOREDLOGS'];

beforeEach(async () => {
  lab = await SmallLab.create({ standalone: 1 });
  lab.live(6);
});
afterEach(() => lab.remove());

const database = (name = 'MBX01') => {
  const found = lab.world.status().databases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const seen = (name = 'MBX01'): HostDatabase =>
  JSON.parse(JSON.stringify(lab.ask('EX02', 'getDatabase', { guid: lab.guid(name) })));
const copyOn = (member: string, name = 'MBX01') => {
  const copy = lab.world.store.copy(lab.guid(name), member);
  if (copy === undefined) throw new Error(`no copy on ${member}`);
  return copy;
};
const edb = (member: string, name = 'MBX01'): Buffer => readFileSync(edbFile(lab.directory, member, name));
const stored = (object: string) => {
  const found = lab.world.status().storedBackups.find((each) => each.objectName === object);
  if (found === undefined) throw new Error(`no ${object}`);
  return found;
};

/** MBX01 is active on EX01, passive on EX02, lagged on EX03. */
function prepare(name = 'MBX01'): void {
  for (const { member, role } of database(name).copies)
    if (role === 'passive')
      lab.ask('EX02', 'suspendCopy', { guid: lab.guid(name), server: member, comment: 'restore run 4711' });
  lab.world.dismount(name);
  lab.ask('EX02', 'setAllowFileRestore', { guid: lab.guid(name), allowed: true });
}

function reseedAll(): void {
  for (const server of ['EX02', 'EX03']) {
    lab.ask('EX02', 'updateCopy', { guid: lab.guid('MBX01'), server, sourceServer: null });
  }
  lab.live(5);
}

describe('a restore', () => {
  it('puts back the bytes of the backup’s moment, and with reseeds all copies are of one piece', async () => {
    const object = await lab.backup('EX02', 'MBX01');
    const { generation } = stored(object);
    lab.live(5);
    expect(lab.world.corrupt('MBX01')).toEqual(['EX01', 'EX02', 'EX03']);
    expect((await verifyCopies(lab.directory, ['MBX01'])).failures).toHaveLength(3);
    await expect(lab.backup('EX01', 'MBX01')).rejects.toThrow(/bad checksums were found/);
    prepare();
    await lab.restore('EX01', 'MBX01', 'full', ...EXACT);
    const expected = Buffer.concat([...expectedEdb(firstLineage(lab.guid('MBX01')), generation, database().sizeBytes)]);
    expect(edb('EX01').equals(expected)).toBe(true);
    expect(edb('EX01').equals(readFileSync(join(objectFolder(lab.directory, 'MBX01', object), 'MBX01.edb')))).toBe(
      true,
    );
    lab.world.mount('MBX01');
    expect(seen()).toMatchObject({ mounted: true, allowFileRestore: false, lastFullBackupUtc: null });
    reseedAll();
    lab.live(5);
    expect(database().copies.map((each) => each.status)).toEqual(['Mounted', 'Healthy', 'Healthy']);
    expect(await verifyCopies(lab.directory)).toEqual({ checked: 7, failures: [] });
    expect((await verifyStorage(lab.directory)).failures).toEqual([]);
    expect(lab.world.status().restores).toEqual([
      expect.objectContaining({ target: 'MBX01', member: 'EX01', objectName: object, outcome: 'succeeded' }),
    ]);
  });

  it('begins a new future: other changes than before, and a chain that needs a new full backup', async () => {
    const object = await lab.backup('EX01', 'MBX01');
    lab.live(6);
    const before = copyOn('EX01');
    prepare();
    await lab.restore('EX01', 'MBX01', 'full', ...EXACT);
    lab.world.mount('MBX01');
    reseedAll();
    lab.live(6);
    expect(copyOn('EX01').replayed).toBeGreaterThan(stored(object).generation);
    expect(lineageIn(copyOn('EX01').lineage)).toHaveLength(lineageIn(before.lineage).length + 1);
    await expect(lab.backup('EX01', 'MBX01', 'incremental')).rejects.toThrow(/knows of no full backup/);
    const next = await lab.backup('EX01', 'MBX01');
    lab.live(4);
    await lab.backup('EX01', 'MBX01', 'incremental');
    expect((await verifyStorage(lab.directory)).failures).toEqual([]);
    prepare();
    await lab.restore('EX01', 'MBX01', 'full', `/OBJECT=${object}`, ...EXACT);
    await expect(lab.restore('EX01', 'MBX01', 'incremental', ...EXACT)).rejects.toThrow(
      /a backup between them is missing|another full backup/,
    );
    await lab.restore('EX01', 'MBX01', 'full', `/OBJECT=${next}`, ...EXACT);
    await lab.restore('EX01', 'MBX01', 'incremental', ...EXACT);
    lab.world.mount('MBX01');
    expect((await verifyCopies(lab.directory, ['MBX01'])).failures).toHaveLength(2);
  });

  it.each<[string, 'full' | 'incremental', () => void, string, RegExp]>([
    ['a mounted database', 'full', () => undefined, 'EX01', /is mounted/],
    ['a copy that is not active', 'full', () => prepare(), 'EX02', /only the active copy .* on EX01 and not on EX02/],
    ['a server that is down', 'full', () => (prepare(), lab.world.stopMember('EX01')), 'EX01', /EX01 does not answer/],
    ['files that may not be overwritten', 'full', () => lab.world.dismount('MBX01'), 'EX01', /AllowFileRestore/],
    [
      'a backup of another release of Exchange',
      'full',
      () => (prepare(), lab.world.setExchangeVersion('EX01', 'Version 15.1 (Build 2507.6)')),
      'EX01',
      /the backup is of Exchange Version 15\.2 .*, and EX01 has Version 15\.1/,
    ],
    ['logs without their full backup', 'incremental', () => prepare(), 'EX01', /No backup of 'MBX01' matches/],
  ])('of %s is refused, and touches nothing', async (_what, type, given, member, reason) => {
    await lab.backup('EX01', 'MBX01');
    given();
    const before = edb('EX01');
    await expect(lab.restore(member, 'MBX01', type)).rejects.toThrow(reason);
    expect(edb('EX01').equals(before)).toBe(true);
    expect(copyOn('EX01').integrity).toBe('clean');
    expect(lab.world.status().restores).toEqual([]);
  });

  it('without suspending and reseeding leaves passive copies that Exchange gives up', async () => {
    await lab.backup('EX01', 'MBX01');
    lab.live(3);
    lab.world.dismount('MBX01');
    lab.ask('EX02', 'setAllowFileRestore', { guid: lab.guid('MBX01'), allowed: true });
    await lab.restore('EX01', 'MBX01', 'full', ...EXACT);
    expect(() => lab.ask('EX02', 'setAllowFileRestore', { guid: lab.guid('MBX01'), allowed: false })).not.toThrow();
    expect(() => lab.world.mount('MBX01')).toThrow(/AllowFileRestore is not set/);
    lab.ask('EX02', 'setAllowFileRestore', { guid: lab.guid('MBX01'), allowed: true });
    lab.world.mount('MBX01');
    lab.live(2);
    expect(database().copies.map((each) => each.status)).toEqual([
      'Mounted',
      'FailedAndSuspended',
      'FailedAndSuspended',
    ]);
    expect(database().copies[1]?.errorMessage).toMatch(/has diverged.*must be reseeded/);
    lab.ask('EX02', 'resumeCopy', { guid: lab.guid('MBX01'), server: 'EX02' });
    expect(database().copies[1]?.status).toBe('Initializing');
    expect(() => lab.world.failover('MBX01', 'EX02')).toThrow(/has diverged/);
    expect(lab.world.stopMember('EX01').failingOver).toEqual([]);
    lab.world.startMember('EX01');
    lab.live(3);
    expect(database().copies[1]?.status).toBe('FailedAndSuspended');
    expect((await verifyCopies(lab.directory, ['MBX01'])).failures.join()).toMatch(/it was not reseeded/);
  });
});

describe('a chain', () => {
  it('is applied in order, to exactly its end', async () => {
    const full = await lab.backup('EX01', 'MBX01');
    lab.live(4);
    const first = await lab.backup('EX01', 'MBX01', 'incremental');
    lab.live(4);
    const second = await lab.backup('EX01', 'MBX01', 'incremental');
    lab.live(4);
    prepare();
    const restore = (type: 'full' | 'incremental', object: string) =>
      lab.restore('EX01', 'MBX01', type, `/OBJECT=${object}`, ...EXACT);
    await restore('full', full);
    await expect(restore('incremental', second)).rejects.toThrow(/a backup between them is missing/);
    await restore('incremental', first);
    await expect(restore('full', '20000101000000')).rejects.toThrow(/object 20000101000000/);
    await restore('incremental', second);
    await expect(restore('incremental', first)).rejects.toThrow(/applied already/);
    expect(copyOn('EX01').replayed).toBe(stored(second).generation);
    expect(await verifyCopies(lab.directory, ['MBX01'])).toMatchObject({ failures: [] });
    lab.world.mount('MBX01');
    await expect(restore('incremental', second)).rejects.toThrow(/is mounted/);
  });

  it('of a differential needs only the full one', async () => {
    const full = await lab.backup('EX01', 'MBX01');
    lab.live(3);
    await lab.backup('EX01', 'MBX01', 'differential');
    lab.live(3);
    const newest = await lab.backup('EX01', 'MBX01', 'differential');
    prepare();
    await lab.restore('EX01', 'MBX01', 'full', `/OBJECT=${full}`, ...EXACT);
    await lab.restore('EX01', 'MBX01', 'differential', ...EXACT);
    expect(copyOn('EX01').replayed).toBe(stored(newest).generation);
  });

  it('rolls forward over the logs that lie there, where they are wanted', async () => {
    const object = await lab.backup('EX01', 'MBX01');
    lab.live(5);
    const { generation } = database();
    expect(generation).toBeGreaterThan(stored(object).generation);
    lab.world.corrupt('MBX01', 'EX01');
    prepare();
    await lab.restore('EX01', 'MBX01', 'full');
    expect(copyOn('EX01')).toMatchObject({ replayed: generation, integrity: 'clean' });
    expect((await verifyCopies(lab.directory, ['MBX01'])).failures).toEqual([]);
    await lab.restore('EX01', 'MBX01', 'full', '/RECOVER=APPLYRESTOREDLOGS');
    expect(copyOn('EX01').replayed).toBe(stored(object).generation);
    expect(readdirSync(logFolder(lab.directory, 'EX01', 'MBX01'))).toHaveLength(
      copyOn('EX01').replayed - copyOn('EX01').lowestLog + 1,
    );
  });
});

describe('a restore that ends in the middle', () => {
  let client: ReturnType<SmallLab['tdpexcc']>;
  beforeEach(async () => {
    await lab.backup('EX01', 'MBX01');
    lab.live(3);
    lab.world.dismount('MBX01');
    lab.ask('EX02', 'setAllowFileRestore', { guid: lab.guid('MBX01'), allowed: true });
    lab.world.setRate('EX01', SLOW);
    client = lab.tdpexcc('EX01', 'restore', 'MBX01', 'full');
    await until('a restore', () => (lab.world.status().restores[0]?.bytes ?? 0) > 0);
  });

  it.each<[string, () => void, RegExp]>([
    ['killed', () => client.process.kill('SIGKILL'), /client died/],
    ['told to stop', () => client.process.kill('SIGTERM'), /operation was stopped/],
    ['cut off by a failover', () => lab.world.failover('MBX01', 'EX02'), /moving from EX01 to EX02/],
    ['cut off by the death of its server', () => lab.world.stopMember('EX01'), /EX01 went down/],
    ['without its storage server', () => lab.world.setStorageServer(false), /ANS1017E/],
    [
      'told to fail',
      () => (lab.world.setRestoresFail('EX01', true), lab.world.setRate('EX01', 2 ** 30)),
      /could not be read/,
    ],
  ])('%s leaves files that are half written, say so, and can be restored again', async (_how, end, reason) => {
    end();
    expect(await client.ended).not.toBe(0);
    await until('an end', () => (lab.live(1), lab.world.status().restores[0]?.endedAt !== null));
    expect(lab.world.status().restores[0]?.reason).toMatch(reason);
    expect(copyOn('EX01').integrity).toBe('incomplete');
    lab.live(3);
    lab.world.startMember('EX01');
    lab.world.setStorageServer(true);
    lab.world.setRestoresFail('EX01', false);
    if (database().activeMember === 'EX02') {
      expect(database().mounted).toBe(false);
      lab.world.mount('MBX01');
      lab.live(2);
      expect(database().copies[0]).toMatchObject({ status: 'FailedAndSuspended', integrity: 'incomplete' });
      return;
    }
    expect(() => lab.world.mount('MBX01')).toThrow(/half written/);
    expect((await verifyCopies(lab.directory, ['MBX01'])).failures).toEqual([
      'MBX01 on EX01: its files are half written',
    ]);
    lab.world.setRate('EX01', 2 ** 30);
    await lab.restore('EX01', 'MBX01', 'full', ...EXACT);
    lab.world.mount('MBX01');
  });

  it('holds its database as long as it runs', async () => {
    expect(() => lab.world.mount('MBX01')).toThrow(/it is being restored/);
    await expect(lab.restore('EX01', 'MBX01', 'full')).rejects.toThrow(/being restored on EX01 already/);
    await expect(lab.backup('EX01', 'MBX01')).rejects.toThrow(/was not found, or is not online/);
    lab.world.setRate('EX01', 2 ** 30);
    expect(await client.ended).toBe(0);
    expect(client.output).toMatch(
      /Beginning VSS restore of 'MBX01'[^]*Files Examined\/Completed\/Failed: \[ \d+ \/ \d+ \/ 0 \][^]*VSS Restore operation completed with rc = 0[^]*Completed\n$/,
    );
  });
});

describe('another target', () => {
  it('takes the files under its own names, and the production database goes on meanwhile', async () => {
    const object = await lab.backup('EX02', 'MBX01');
    const made = lab.world.createDatabase({
      name: 'RDB-7',
      member: 'EX03',
      recovery: true,
      edbPath: null,
      logPath: null,
    });
    lab.ask('EX02', 'setAllowFileRestore', { guid: made, allowed: true });
    await expect(lab.restore('EX01', 'MBX01', 'full', '/INTODB=RDB-7')).rejects.toThrow(/on EX03 and not on EX01/);
    await lab.restore('EX03', 'MBX01', 'full', '/INTODB=RDB-7', '/MOUNTDATABASES=YES');
    expect(database('RDB-7')).toMatchObject({ mounted: true, sizeBytes: database().sizeBytes });
    expect(database()).toMatchObject({ mounted: true, allowFileRestore: false });
    const source = readFileSync(join(objectFolder(lab.directory, 'MBX01', object), 'MBX01.edb'));
    expect(edb('EX03', 'RDB-7').equals(source)).toBe(true);
    expect((await verifyCopies(lab.directory)).failures).toEqual([]);
    lab.live(3);
    expect(edb('EX03', 'RDB-7').equals(source)).toBe(true);
  });

  it('may be a folder, on any member, full and logs one after the other', async () => {
    const object = await lab.backup('EX01', 'MBX01');
    lab.live(3);
    await lab.backup('EX01', 'MBX01', 'incremental');
    const into = join(lab.directory, 'files');
    const first = lab.tdpexcc('EX03', 'restorefiles', 'MBX01', 'full', `/into=${into}`);
    expect(await first.ended).toBe(0);
    const folder = objectFolder(lab.directory, 'MBX01', object);
    for (const file of readdirSync(folder).filter((each) => each !== 'manifest.json'))
      expect(readFileSync(join(into, file)).equals(readFileSync(join(folder, file)))).toBe(true);
    const count = readdirSync(into).length;
    expect(await lab.tdpexcc('EX03', 'restorefiles', 'MBX01', 'incr', `/into=${into}`).ended).toBe(0);
    expect(readdirSync(into).length).toBeGreaterThan(count);
    expect(database().mounted).toBe(true);
  });

  it('of a database with one copy needs the server that backed it up to be named', async () => {
    const { activeMember } = database('SA01');
    const other = ['EX01', 'EX02', 'EX03'].find((each) => each !== activeMember) ?? '';
    await lab.backup(activeMember, 'SA01');
    const into = join(lab.directory, 'files');
    const refused = lab.tdpexcc(other, 'restorefiles', 'SA01', 'full', `/into=${into}`);
    expect(await refused.ended).not.toBe(0);
    expect(refused.output).toMatch(/No backup of 'SA01' matches/);
    expect(existsSync(into)).toBe(false);
    expect(
      await lab.tdpexcc(other, 'restorefiles', 'SA01', 'full', `/into=${into}`, `/FROMEXCSERVER=${activeMember}`).ended,
    ).toBe(0);
  });
});

describe('what is stored', () => {
  it('is checked against its checksums before it counts', async () => {
    const object = await lab.backup('EX01', 'MBX01');
    const path = join(objectFolder(lab.directory, 'MBX01', object), 'MBX01.edb');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(99_999) ^ 1, 99_999);
    writeFileSync(path, bytes);
    prepare();
    await expect(lab.restore('EX01', 'MBX01', 'full')).rejects.toThrow(/another checksum/);
    expect(() => lab.world.mount('MBX01')).toThrow(/half written/);
  });

  it('is listed by node and database, the replaced ones only when asked for', async () => {
    await lab.backup('EX01', 'MBX01');
    lab.live(3);
    await lab.backup('EX01', 'MBX01', 'incremental');
    await lab.backup('EX02', 'MBX01');
    const { activeMember } = database('SA01');
    await lab.backup(activeMember, 'SA01');
    const list = async (member: string, ...argv: string[]): Promise<string> => {
      const client = lab.tdpexcc(member, 'query', 'tsm', ...argv);
      expect(await client.ended).toBe(0);
      return client.output;
    };
    const all = await list(activeMember, '*', '/ALL');
    expect(all).toMatch(
      /Exchange Server : DAG1[^]*Database : MBX01[^]*\d  [\d,]+ B +I  VSS  full  Srv  \d{14} \(EX01\)\n.* I  VSS  incr .*\n.* A  VSS  full  Srv  \d{14} \(EX02\)[^]*Exchange Server : EX0\d\n\nDatabase : SA01/,
    );
    expect(await list(activeMember, '*')).not.toMatch(/ I  VSS/);
    const elsewhere = ['EX01', 'EX02', 'EX03'].find((each) => each !== activeMember) ?? '';
    expect(await list(elsewhere, '*', '/ALL')).not.toMatch(/SA01/);
  });
});
