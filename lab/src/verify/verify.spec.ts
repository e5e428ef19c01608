import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { edbFile, objectFolder } from '../world/layout.js';
import type { Manifest } from '../world/manifest.js';
import { SmallLab } from '../world/testing/small-lab.js';
import { verifyStorage } from './index.js';

let lab: SmallLab;
let folder: string;

beforeEach(async () => {
  lab = await SmallLab.create();
  lab.live(5);
  await lab.tdpexcc('EX01', 'backup', 'MBX01', 'full').ended;
  folder = objectFolder(lab.directory, 'MBX01', lab.world.status().storedBackups[0]?.objectName ?? '');
});
afterEach(() => lab.remove());

const failures = async (): Promise<string> => (await verifyStorage(lab.directory)).failures.join('\n');

function editManifest(edit: (manifest: Manifest) => unknown): void {
  const path = join(folder, 'manifest.json');
  const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(edit(manifest)));
}

describe('verification', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await verifyStorage(lab.directory)).toEqual({ checked: 1, failures: [] });
  });

  it('notices one flipped byte', async () => {
    const path = join(folder, 'MBX01.edb');
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(123_456) ^ 1, 123_456);
    writeFileSync(path, bytes);
    expect(await failures()).toMatch(
      /MBX01\/\d{14}: MBX01\.edb differs from what the database contained, at byte 123456[^]*another SHA-256/,
    );
  });

  it('notices the copy of another moment', async () => {
    lab.live(5);
    cpSync(edbFile(lab.directory, 'EX01', 'MBX01'), join(folder, 'MBX01.edb'));
    expect(await failures()).toMatch(/MBX01\.edb differs/);
  });

  it('notices the copy of another database', async () => {
    cpSync(edbFile(lab.directory, 'EX02', 'MBX02'), join(folder, 'MBX01.edb'));
    expect(await failures()).toMatch(/MBX01\.edb differs from what the database contained, at byte 0/);
  });

  it('notices files that are short, long, missing or too many', async () => {
    const edb = readFileSync(join(folder, 'MBX01.edb'));
    writeFileSync(join(folder, 'MBX01.edb'), edb.subarray(0, edb.length - 10));
    expect(await failures()).toMatch(/ends early, after 262134 bytes/);
    writeFileSync(join(folder, 'MBX01.edb'), Buffer.concat([edb, Buffer.from('x')]));
    expect(await failures()).toMatch(/longer than the 262144 bytes/);
    rmSync(join(folder, 'MBX01.edb'));
    writeFileSync(join(folder, 'notes.txt'), 'hello');
    expect(await failures()).toMatch(/notes\.txt does not belong[^]*MBX01\.edb is missing/);
  });

  it('notices a manifest that says something else, and one that cannot be read', async () => {
    editManifest((manifest) => ({ ...manifest, member: 'EX09', files: manifest.files.slice(1) }));
    expect(await failures()).toMatch(
      /says member EX09, and the registration says EX01[^]*MBX01\.edb is not in the manifest/,
    );
    writeFileSync(join(folder, 'manifest.json'), '{');
    expect(await failures()).toMatch(/manifest\.json cannot be read/);
  });

  it('notices a registered backup without files, and files without registration', async () => {
    mkdirSync(join(lab.directory, 'storage', 'MBX02'));
    renameSync(folder, join(lab.directory, 'storage', 'MBX02', '20200101000000'));
    expect(await failures()).toMatch(
      /MBX02\/20200101000000: it is stored, and not registered\nMBX01\/\d{14}: it is registered, and has no files/,
    );
  });

  it('notices two backups of one database at once', async () => {
    lab.world.store.run(
      `INSERT INTO sessions (id, database, member, type, phase, pid, objectName, firstLog, generation, startedAt, endedAt)
       SELECT 'other', database, 'EX02', type, phase, pid, '20200101000000', firstLog, generation, startedAt + 1, endedAt + 1 FROM sessions`,
    );
    expect(await failures()).toMatch(/MBX01: two backups at once, on EX01 \(\d{14}\) and on EX02/);
  });

  it('notices a backup of logs that nothing joins', async () => {
    lab.live(6);
    expect(await lab.tdpexcc('EX01', 'backup', 'MBX01', 'incr').ended).toBe(0);
    expect(await failures()).toBe('');
    lab.world.store.run("DELETE FROM storedBackups WHERE type = 'full'");
    rmSync(folder, { recursive: true });
    expect(await failures()).toMatch(/MBX01\/\d{14}: no full or incremental backup before it reaches log/);
  });
});
