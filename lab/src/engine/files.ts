import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { changedPage, expectedLog, lastChanges, PAGE_BYTES, pageAt, pagesChangedBy } from '../world/content.js';
import { edbFile, logFolder, logName } from '../world/layout.js';
import { lineageIn } from '../world/lineage.js';
import type { CopyRow, DatabaseRow } from '../world/rows.js';

/** Writes the real files of one copy. Callers hold the world's write transaction, so that no snapshot is taken meanwhile. */

export function writeLogs(lab: string, copy: CopyRow, database: DatabaseRow, first: number, last: number): void {
  const lineage = lineageIn(copy.lineage);
  for (let generation = first; generation <= last; generation += 1) {
    const path = join(logFolder(lab, copy.member, database.name), logName(database.logPrefix, generation));
    writeFileSync(path, expectedLog(lineage, generation));
  }
}

export function removeLogs(lab: string, copy: CopyRow, database: DatabaseRow, first: number, last: number): void {
  for (let generation = first; generation <= last; generation += 1) {
    rmSync(join(logFolder(lab, copy.member, database.name), logName(database.logPrefix, generation)), { force: true });
  }
}

export function replayLogs(lab: string, copy: CopyRow, database: DatabaseRow, first: number, last: number): void {
  const lineage = lineageIn(copy.lineage);
  const pagesInFile = database.sizeBytes / PAGE_BYTES;
  writePages(lab, copy.member, database, (write) => {
    for (let generation = first; generation <= last; generation += 1) {
      for (const page of pagesChangedBy(lineage, generation, pagesInFile)) {
        write(page, changedPage(lineage, generation, page));
      }
    }
  });
}

/** Undoes what an engine that died in the middle of a replay left in the file beyond the recorded generation. */
export function undoReplay(lab: string, copy: CopyRow, database: DatabaseRow, beyond: number): void {
  const lineage = lineageIn(copy.lineage);
  const pagesInFile = database.sizeBytes / PAGE_BYTES;
  const changes = lastChanges(lineage, copy.replayed, pagesInFile);
  writePages(lab, copy.member, database, (write) => {
    for (let generation = copy.replayed + 1; generation <= copy.replayed + beyond; generation += 1) {
      for (const page of pagesChangedBy(lineage, generation, pagesInFile)) {
        write(page, pageAt(lineage, changes, page));
      }
    }
  });
}

function writePages(
  lab: string,
  member: string,
  database: DatabaseRow,
  work: (write: (page: number, bytes: Buffer) => void) => void,
): void {
  const file = openSync(edbFile(lab, member, database.name), 'r+');
  try {
    work((page, bytes) => writeSync(file, bytes, 0, bytes.length, page * PAGE_BYTES));
  } finally {
    closeSync(file);
  }
}
