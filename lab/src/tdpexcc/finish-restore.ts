import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replayLogs } from '../engine/files.js';
import { logFolder, logName } from '../world/layout.js';
import { agreeUpTo, lineageIn, lineageText, lineageUpTo, type Lineage } from '../world/lineage.js';
import { activeCopy } from '../world/mounting.js';
import { endRestore } from '../world/restores.js';
import type { CopyRow, DatabaseRow, StoredBackupRow } from '../world/rows.js';
import type { WorldStore } from '../world/store.js';

/** What lay there before the restore began. */
export interface KeptLogs {
  readonly lineage: string;
  readonly replayed: number;
  readonly lowestLog: number;
}

export const keptFrom = ({ lineage, replayed, lowestLog }: CopyRow): KeptLogs => ({ lineage, replayed, lowestLog });

export interface FinishedRestore {
  readonly id: string;
  readonly backup: StoredBackupRow;
  readonly target: DatabaseRow;
  readonly kept: KeptLogs;
  readonly appliesAllLogs: boolean;
  readonly erasesLogs: boolean;
}

/**
 * Recovery: logs are applied to the files, and the files count from now on. Without erasing them, newer logs of the same
 * data that still lie there are applied too (roll-forward); all others go. False when the restore was ended in the
 * meantime; then the files stay half written.
 */
export function finishRestore(store: WorldStore, finished: FinishedRestore): boolean {
  return store.immediate(() => {
    const { id, backup, kept } = finished;
    const database = store.database(finished.target.guid);
    if (!endRestore(store, id, 'succeeded', null, Date.now())) return false;
    const isFull = backup.type === 'full' || backup.type === 'copy';
    const { lineage, generation } = recoveredTo(store, finished, database);
    const before = isFull ? backup.generation : kept.replayed;
    const copy = { ...activeCopy(store, database), lineage: lineageText(lineageUpTo(lineage, generation)) };
    const sized = isFull ? { ...database, sizeBytes: backup.edbBytes } : database;
    replayLogs(store.directory, copy, sized, before + 1, generation);
    const lowestLog = isFull ? backup.firstLog : kept.lowestLog;
    eraseOtherLogs(store, copy, sized, lowestLog, generation);
    store.run(
      `UPDATE copies SET integrity = 'clean', restoreId = ?, lineage = ?, copied = ?, replayed = ?, lowestLog = ?, errorMessage = NULL
       WHERE database = ? AND member = ?`,
      id,
      copy.lineage,
      generation,
      generation,
      lowestLog,
      database.guid,
      copy.member,
    );
    store.run(
      'UPDATE databases SET generation = ?, sizeBytes = ? WHERE guid = ?',
      generation,
      sized.sizeBytes,
      database.guid,
    );
    store.run('UPDATE restores SET generation = ?, bytes = ? WHERE id = ?', generation, backup.bytes, id);
    return true;
  });
}

interface Recovered {
  readonly lineage: Lineage;
  readonly generation: number;
}

/** The backup's own end, or the last of the logs that lie there without a gap, where they go on from it and are wanted. */
function recoveredTo(
  store: WorldStore,
  { backup, kept, appliesAllLogs, erasesLogs }: FinishedRestore,
  database: DatabaseRow,
): Recovered {
  const lineage = lineageIn(kept.lineage);
  const own = { lineage: lineageIn(backup.lineage), generation: backup.generation };
  if (!appliesAllLogs || erasesLogs || !agreeUpTo(lineage, own.lineage, own.generation)) return own;
  let { generation } = own;
  while (generation < kept.replayed && existsSync(logPath(store, database, generation + 1))) generation += 1;
  return { lineage, generation };
}

function logPath(store: WorldStore, database: DatabaseRow, generation: number): string {
  const folder = logFolder(store.directory, database.activeMember, database.name);
  return join(folder, logName(database.logPrefix, generation));
}

function eraseOtherLogs(store: WorldStore, copy: CopyRow, database: DatabaseRow, first: number, last: number): void {
  const folder = logFolder(store.directory, copy.member, database.name);
  const kept = new Set<string>();
  for (let each = first; each <= last; each += 1) kept.add(logName(database.logPrefix, each));
  for (const file of readdirSync(folder)) if (!kept.has(file)) rmSync(join(folder, file));
}
