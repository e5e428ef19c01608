import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectedEdb, expectedLog, PAGE_BYTES, pagesChangedBy } from '../world/content.js';
import { edbFile, incomingFolder, logFolder } from '../world/layout.js';
import { firstLineage } from '../world/lineage.js';
import type { CopyRow, DatabaseRow, HeaderRow } from '../world/rows.js';
import { insertSession, openSessionOf } from '../world/sessions.js';
import { until } from '../../../test/support/eventually.js';
import { SmallLab } from '../world/testing/small-lab.js';
import { truncationLimit } from './truncate.js';

let lab: SmallLab;
beforeEach(async () => {
  lab = await SmallLab.create({ databases: 1 });
});
afterEach(() => lab.remove());

const row = (): DatabaseRow => lab.world.store.database('MBX01');
const copyOn = (member: string): CopyRow => {
  const copy = lab.world.store.copy(row().guid, member);
  if (copy === undefined) throw new Error(`no copy on ${member}`);
  return copy;
};

describe('the engine', () => {
  it('keeps every copy’s file at the generation that it says', () => {
    lab.live(20);
    const { guid, generation, sizeBytes } = row();
    expect(generation).toBeGreaterThan(5);
    expect(copyOn('EX01').replayed).toBe(generation);
    expect(copyOn('EX02').replayed).toBeGreaterThan(3);
    for (const member of ['EX01', 'EX02', 'EX03']) {
      const expected = Buffer.concat([...expectedEdb(firstLineage(guid), copyOn(member).replayed, sizeBytes)]);
      expect(readFileSync(edbFile(lab.directory, member, 'MBX01')).equals(expected)).toBe(true);
    }
  });

  it('lets a lagged copy collect logs that it does not replay', () => {
    lab.live(10);
    expect(copyOn('EX03').replayed).toBe(0);
    expect(copyOn('EX03').copied).toBeGreaterThan(2);
    const logs = readdirSync(logFolder(lab.directory, 'EX03', 'MBX01')).toSorted();
    expect(logs).toHaveLength(copyOn('EX03').copied);
    expect(
      readFileSync(`${logFolder(lab.directory, 'EX03', 'MBX01')}/${logs[0] ?? ''}`).equals(
        expectedLog(firstLineage(row().guid), 1),
      ),
    ).toBe(true);
  });

  it('does not replicate to a suspended copy, nor make logs while dismounted', () => {
    lab.world.setCopyStatus('MBX01', 'EX02', 'Suspended', 'restore run 4711');
    lab.live(5);
    expect(copyOn('EX02').copied).toBe(0);
    lab.world.dismount('MBX01');
    const { generation } = row();
    lab.live(5);
    expect(row().generation).toBe(generation);
    lab.world.mount('MBX01');
    lab.live(5);
    expect(row().generation).toBeGreaterThan(generation);
  });

  it('leaves the copy alone while its snapshot is taken', () => {
    lab.live(2);
    const before = row().generation;
    const session = {
      id: 's1',
      database: row(),
      member: 'EX01',
      type: 'full',
      firstLog: 1,
      generation: before,
      now: Date.now(),
    } as const;
    lab.world.store.immediate(() => insertSession(lab.world.store, session));
    lab.live(5);
    expect(row().generation).toBe(before);
  });

  it('undoes on start what an engine that died left in a file', () => {
    lab.live(5);
    const { guid, sizeBytes, generation } = row();
    const path = edbFile(lab.directory, 'EX01', 'MBX01');
    const file = readFileSync(path);
    for (const page of pagesChangedBy(firstLineage(guid), generation + 1, sizeBytes / PAGE_BYTES))
      file.fill(7, page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
    writeFileSync(path, file);
    lab.engine.recover();
    expect(readFileSync(path).equals(Buffer.concat([...expectedEdb(firstLineage(guid), generation, sizeBytes)]))).toBe(
      true,
    );
  });

  it('says that a backup is in progress for a while after its client was killed, and then forgets it', async () => {
    lab.world.setRate('EX02', 4 * 1024);
    const client = lab.tdpexcc('EX02', 'backup', 'MBX01', 'full');
    await lab.transferring('MBX01');
    const { id = '' } = openSessionOf(lab.world.store, row().guid) ?? {};
    await until('an incoming folder', () => existsSync(incomingFolder(lab.directory, id)));
    client.process.kill('SIGKILL');
    await client.ended;
    lab.tick();
    lab.tick(2_000);
    expect(lab.world.status().databases[0]?.backupInProgress).toBe(true);
    expect(existsSync(incomingFolder(lab.directory, id))).toBe(true);
    lab.tick(2_000);
    lab.tick();
    expect(lab.world.status().databases[0]?.backupInProgress).toBe(false);
    expect(existsSync(incomingFolder(lab.directory, id))).toBe(false);
    expect(readdirSync(`${lab.directory}/members/EX02/.snapshots`)).toEqual([]);
  });
});

const full = (coveredGeneration: number): HeaderRow => ({
  database: 'x',
  type: 'full',
  at: 1,
  coveredGeneration,
  visibleGeneration: coveredGeneration + 1,
});

describe('truncation', () => {
  it('stops at what is backed up, at the slowest copy, and below the checkpoint', () => {
    lab.live(30);
    const copies = ['EX01', 'EX02', 'EX03'].map(copyOn);
    const [active] = copies;
    if (active === undefined) throw new Error('no copy');
    expect(truncationLimit(row(), active, copies, [])).toBe(0);
    expect(truncationLimit(row(), active, copies, [full(3)])).toBe(3);
    expect(truncationLimit(row(), active, copies, [full(row().generation)])).toBeLessThanOrEqual(row().generation - 4);
    const slow = copies.map((copy) => (copy.member === 'EX02' ? { ...copy, replayed: 2 } : copy));
    expect(truncationLimit(row(), active, slow, [full(5)])).toBe(2);
  });

  it('really removes the logs, and none while a copy is suspended', async () => {
    lab.live(20);
    await lab.tdpexcc('EX01', 'backup', 'MBX01', 'full').ended;
    lab.world.setCopyStatus('MBX01', 'EX02', 'Suspended');
    lab.live(10);
    expect(copyOn('EX01').lowestLog).toBe(1);
    lab.world.setCopyStatus('MBX01', 'EX02', 'Healthy');
    lab.live(20);
    expect(copyOn('EX01').lowestLog).toBeGreaterThan(3);
    expect(readdirSync(logFolder(lab.directory, 'EX01', 'MBX01'))).toHaveLength(
      copyOn('EX01').replayed - copyOn('EX01').lowestLog + 1,
    );
  });
});
