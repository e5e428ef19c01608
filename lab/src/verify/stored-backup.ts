import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedEdb, expectedLog } from '../world/content.js';
import { edbName, logName, MANIFEST, objectFolder } from '../world/layout.js';
import type { Manifest } from '../world/manifest.js';
import type { DatabaseRow, StoredBackupRow } from '../world/rows.js';

const READ_BYTES = 1024 * 1024;

/** Everything wrong with one stored backup, in words. */
export async function checkStoredBackup(
  directory: string,
  database: DatabaseRow,
  backup: StoredBackupRow,
): Promise<readonly string[]> {
  const folder = objectFolder(directory, database.name, backup.objectName);
  const failures: string[] = [];
  const manifest = await readManifest(join(folder, MANIFEST));
  if (typeof manifest === 'string') failures.push(manifest);
  else failures.push(...compareManifest(manifest, database, backup));
  if (backup.generation > database.generation) {
    failures.push(`it says generation ${backup.generation}, and the database is only at ${database.generation}`);
  }
  const expected = expectedFiles(database, backup);
  const present = new Set(await readdir(folder));
  for (const name of present) {
    if (name !== MANIFEST && !expected.has(name)) failures.push(`${name} does not belong to it`);
  }
  for (const [name, content] of expected) {
    if (!present.has(name)) {
      failures.push(`${name} is missing`);
      continue;
    }
    const { difference, sha256, sizeBytes } = await compareFile(join(folder, name), content());
    if (difference !== null) failures.push(`${name} ${difference} (generation ${backup.generation})`);
    if (typeof manifest === 'string') continue;
    const listed = manifest.files.find((each) => each.name === name);
    if (listed === undefined) failures.push(`${name} is not in the manifest`);
    else if (listed.sha256 !== sha256) failures.push(`${name} has another SHA-256 than the manifest says`);
    else if (listed.sizeBytes !== sizeBytes)
      failures.push(`${name} has ${sizeBytes} bytes, and the manifest says ${listed.sizeBytes}`);
  }
  return failures;
}

function expectedFiles(database: DatabaseRow, backup: StoredBackupRow): ReadonlyMap<string, () => Iterable<Buffer>> {
  const files = new Map<string, () => Iterable<Buffer>>();
  if (backup.type === 'full' || backup.type === 'copy') {
    files.set(edbName(database.name), () => expectedEdb(database.guid, backup.generation, database.sizeBytes));
  }
  for (let generation = backup.firstLog; generation <= backup.generation; generation += 1) {
    files.set(logName(database.logPrefix, generation), () => [expectedLog(database.guid, generation)]);
  }
  return files;
}

async function readManifest(path: string): Promise<Manifest | string> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isManifest(value) ? value : `${MANIFEST} has not the shape of a manifest`;
  } catch (error) {
    return `${MANIFEST} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'files' in value &&
    Array.isArray(value.files) &&
    'database' in value &&
    typeof value.database === 'object' &&
    value.database !== null
  );
}

function compareManifest(manifest: Manifest, database: DatabaseRow, backup: StoredBackupRow): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['objectName', manifest.objectName, backup.objectName],
    ['database', manifest.database.guid, database.guid],
    ['member', manifest.member, backup.member],
    ['type', manifest.type, backup.type],
    ['firstLog', manifest.firstLog, backup.firstLog],
    ['generation', manifest.generation, backup.generation],
  ];
  return pairs
    .filter(([, found, registered]) => found !== registered)
    .map(
      ([key, found, registered]) =>
        `${MANIFEST} says ${key} ${String(found)}, and the registration says ${String(registered)}`,
    );
}

interface FileComparison {
  readonly difference: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Byte for byte, in one pass, without holding the file in memory. */
async function compareFile(path: string, expected: Iterable<Buffer>): Promise<FileComparison> {
  const hash = createHash('sha256');
  const chunks = expected[Symbol.iterator]();
  let wanted: Buffer = Buffer.alloc(0);
  let offset = 0;
  let difference: string | null = null;
  const parts: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const part of parts) {
    let read = part;
    hash.update(read);
    while (read.length > 0 && difference === null) {
      if (wanted.length === 0) {
        const next = chunks.next();
        if (next.done === true) {
          difference = `is longer than the ${offset} bytes that it must have`;
          break;
        }
        wanted = next.value;
      }
      const count = Math.min(read.length, wanted.length);
      if (read.compare(wanted, 0, count, 0, count) !== 0) {
        difference = `differs from what the database contained, at byte ${offset + firstDifference(read, wanted, count)}`;
      }
      offset += count;
      read = read.subarray(count);
      wanted = wanted.subarray(count);
    }
    if (difference !== null) offset += read.length;
  }
  if (difference === null && (wanted.length > 0 || chunks.next().done !== true))
    difference = `ends early, after ${offset} bytes`;
  return { difference, sha256: hash.digest('hex'), sizeBytes: offset };
}

function firstDifference(left: Buffer, right: Buffer, count: number): number {
  for (let index = 0; index < count; index += 1) if (left[index] !== right[index]) return index;
  return count;
}
