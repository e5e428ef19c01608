import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { expectedEdb } from './content.js';
import { createWorld, openWorld } from './index.js';
import { firstLineage } from './lineage.js';
import { edbFile } from './layout.js';
import { SmallLab } from './testing/small-lab.js';

let lab: SmallLab | undefined;
afterEach(() => lab?.remove());

describe('createWorld', () => {
  it('writes every copy of every database as its database must be', async () => {
    lab = await SmallLab.create({ standalone: 1, publicFolders: 1, recoveryDatabases: 1, withoutClient: 1 });
    const { databases, members } = lab.world.status();
    expect(databases.map((each) => each.name)).toEqual(['MBX01', 'MBX02', 'PF01', 'RDB1', 'SA01']);
    expect(members.filter((each) => !each.hasClient).map((each) => each.name)).toEqual(['EX04']);
    for (const { name, guid, sizeBytes, copies } of databases) {
      const expected = Buffer.concat([...expectedEdb(firstLineage(guid), 0, sizeBytes)]);
      for (const { member } of copies)
        expect(readFileSync(edbFile(lab.directory, member, name)).equals(expected)).toBe(true);
    }
    expect(databases[0]?.copies.map((copy) => [copy.role, copy.status, copy.replayLagMs > 0])).toEqual([
      ['active', 'Mounted', false],
      ['passive', 'Healthy', false],
      ['passive', 'Healthy', true],
    ]);
  });

  it('refuses a folder that holds a lab, and opening one that holds none', async () => {
    lab = await SmallLab.create();
    const { directory } = lab;
    await expect(
      createWorld(directory, {
        members: 1,
        databases: 0,
        copies: 1,
        standalone: 0,
        publicFolders: 0,
        withoutClient: 0,
        seed: 1,
        sizeMinBytes: 65_536,
        sizeMaxBytes: 65_536,
        rateBytesPerSecond: 1,
      }),
    ).rejects.toThrow(/already holds a lab/);
    expect(() => openWorld(`${directory}/storage`)).toThrow(/is not a lab/);
  });
});
