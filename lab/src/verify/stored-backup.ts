import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectedEdb, expectedLog } from '../world/content.js';
import { edbName, logName, MANIFEST, objectFolder } from '../world/layout.js';
import { lineageIn } from '../world/lineage.js';
import type { Manifest } from '../world/manifest.js';
import type { DatabaseRow, StoredBackupRow } from '../world/rows.js';
import { compareFile } from './compare-file.js';

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
  const lineage = lineageIn(backup.lineage);
  const files = new Map<string, () => Iterable<Buffer>>();
  if (backup.type === 'full' || backup.type === 'copy') {
    files.set(edbName(database.name), () => expectedEdb(lineage, backup.generation, backup.edbBytes));
  }
  for (let generation = backup.firstLog; generation <= backup.generation; generation += 1) {
    files.set(logName(backup.logPrefix, generation), () => [expectedLog(lineage, generation)]);
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
