import { constants } from 'node:fs';
import { access, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { edbFile, edbName, logFolder, logName, snapshotFolder } from '../world/layout.js';
import type { DatabaseRow, SessionRow } from '../world/rows.js';
import { ClientFailure, RC_VSS } from './failure.js';

/** Even an empty database is frozen for a moment. */
const FREEZE_MS = 100;

export interface SnapshotFile {
  readonly name: string;
  readonly path: string;
}

/** Copies what the backup needs while the engine keeps its hands off the copy, and so gets one moment of it. */
export async function takeSnapshot(
  lab: string,
  session: SessionRow,
  database: DatabaseRow,
  withDatabaseFile: boolean,
): Promise<readonly SnapshotFile[]> {
  const folder = snapshotFolder(lab, session.member, session.id);
  await mkdir(folder, { recursive: true });
  await delay(FREEZE_MS);
  const sources: { readonly name: string; readonly from: string }[] = [];
  if (withDatabaseFile) {
    sources.push({ name: edbName(database.name), from: edbFile(lab, session.member, database.name) });
  }
  for (let generation = session.firstLog; generation <= session.generation; generation += 1) {
    const name = logName(database.logPrefix, generation);
    sources.push({ name, from: join(logFolder(lab, session.member, database.name), name) });
  }
  const files: SnapshotFile[] = [];
  for (const { name, from } of sources) {
    await mustExist(from, database.name);
    await copyFile(from, join(folder, name), constants.COPYFILE_FICLONE);
    files.push({ name, path: join(folder, name) });
  }
  return files;
}

async function mustExist(path: string, database: string): Promise<void> {
  try {
    await access(path);
  } catch {
    throw new ClientFailure(RC_VSS, [
      `ACN0519E The VSS operation failed with rc = ${RC_VSS} for '${database}': ${path} is missing.`,
    ]);
  }
}
