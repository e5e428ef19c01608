import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BackupType } from '#contracts';
import { edbFile, edbName, logFolder } from '../world/layout.js';
import { activeCopy, mount } from '../world/mounting.js';
import { stoppedMembers } from '../world/reachable.js';
import { endRestore, insertRestore, markIncomplete, openRestoreOf, restoreById } from '../world/restores.js';
import type { DatabaseRow, StoredBackupRow } from '../world/rows.js';
import { openSessionOf, rateShareOn } from '../world/sessions.js';
import type { WorldStore } from '../world/store.js';
import { checkServer, checkStop, type ClientContext } from './backup.js';
import type { ClientOptions } from './command-line.js';
import { ClientFailure, notFound, RC_RESTORE, restoreRefused } from './failure.js';
import { fetchBackup, type Fetch } from './fetch.js';
import { findBackup } from './find-backup.js';
import { finishRestore, keptFrom, type KeptLogs } from './finish-restore.js';
import { progressLine, summaryLines, type Counts } from './output.js';
import { restoreProblem } from './restore-rules.js';
import type { TransferControl } from './transfer.js';

const CHECK_MS = 100;
const PROGRESS_MS = 200;
/** A member whose restores are to fail lets so much of one through. */
const FAILS_AFTER = 0.5;

interface BegunRestore {
  readonly id: string;
  readonly backup: StoredBackupRow;
  readonly target: DatabaseRow;
  readonly kept: KeptLogs;
}

/** Puts one backup into a database of this server: a full one over its files, or logs behind a full one. */
export async function restoreDatabase(
  context: ClientContext,
  name: string,
  type: BackupType,
  options: ClientOptions,
  appliesAllLogs: boolean,
): Promise<void> {
  const { store, output } = context;
  const startedMs = performance.now();
  const into = options.intoDatabase ?? name;
  output.line(`Beginning VSS restore of '${name}'...`);
  checkServer(store);
  const { id, backup, target, kept } = store.immediate(() => begin(context, name, into, type, options));
  try {
    const fetch: Fetch = {
      lab: store.directory,
      database: name,
      objectName: backup.objectName,
      target: (stored) => pathFor(store, context.member, target, backup, stored, name),
    };
    const counts = await fetchBackup(fetch, controlOf(context, id, backup.bytes, into));
    if (!finishRestore(store, { id, backup, target, kept, appliesAllLogs, erasesLogs: options.eraseExistingLogs }))
      throw cutOff(store, id, into);
    output.line(progressLine(counts));
    if (options.mountDatabases) mount(store, target.guid);
    output.lines(summaryLines('Restore', 0, counts, performance.now() - startedMs));
  } catch (error) {
    endRestore(store, id, 'failed', error instanceof Error ? error.message : String(error), Date.now());
    throw error;
  }
}

/** Must run inside a transaction: what was checked holds when the first byte is written. */
function begin(
  { store, member }: ClientContext,
  name: string,
  into: string,
  type: BackupType,
  options: ClientOptions,
): BegunRestore {
  const target = store.databases().find((each) => each.name === into);
  if (target === undefined) throw notFound(into, member);
  const backup = findBackup(store, member, name, type, options);
  const copy = activeCopy(store, target);
  const openSession = openSessionOf(store, target.guid);
  const openRestore = openRestoreOf(store, target.guid);
  const isStopped = stoppedMembers(store);
  const { version: exchangeVersion } = store.member(member);
  const problem = restoreProblem({
    member,
    exchangeVersion,
    database: target,
    copy,
    backup,
    openSession,
    openRestore,
    isStopped,
  });
  if (problem !== null) throw restoreRefused(into, problem);
  const id = randomUUID();
  insertRestore(store, {
    id,
    kind: 'database',
    target: target.guid,
    targetName: target.name,
    objectName: backup.objectName,
    member,
    now: Date.now(),
  });
  markIncomplete(store, copy);
  return { id, backup, target, kept: keptFrom(copy) };
}

/** Files get the target's names: Exchange knows a database's files by them. */
function pathFor(
  store: WorldStore,
  member: string,
  target: DatabaseRow,
  backup: StoredBackupRow,
  stored: string,
  source: string,
): string {
  if (stored === edbName(source)) return edbFile(store.directory, member, target.name);
  const name = `${target.logPrefix}${stored.slice(backup.logPrefix.length)}`;
  return join(logFolder(store.directory, member, target.name), name);
}

/** Fetches the files of one backup into a folder; Exchange has no part in it. */
export async function restoreFiles(
  context: ClientContext,
  name: string,
  type: BackupType,
  options: ClientOptions,
): Promise<void> {
  const { store, member, output } = context;
  const startedMs = performance.now();
  const folder = resolve(options.intoFolder ?? '.');
  output.line(`Beginning restore of the files of '${name}' into '${folder}'...`);
  checkServer(store);
  const backup = findBackup(store, member, name, type, options);
  const { objectName } = backup;
  const id = randomUUID();
  await mkdir(folder, { recursive: true });
  insertRestore(store, {
    id,
    kind: 'files',
    target: folder,
    targetName: folder,
    objectName,
    member,
    now: Date.now(),
  });
  try {
    const fetch: Fetch = { lab: store.directory, database: name, objectName, target: (stored) => join(folder, stored) };
    const counts = await fetchBackup(fetch, controlOf(context, id, backup.bytes, folder));
    if (!endRestore(store, id, 'succeeded', null, Date.now())) throw cutOff(store, id, folder);
    output.line(progressLine(counts));
    output.lines(summaryLines('Restore', 0, counts, performance.now() - startedMs));
  } catch (error) {
    endRestore(store, id, 'failed', error instanceof Error ? error.message : String(error), Date.now());
    throw error;
  }
}

function controlOf(context: ClientContext, id: string, totalBytes: number, target: string): TransferControl {
  const { store, member, output, stop } = context;
  let checkedMs = -Infinity;
  let progressMs = -Infinity;
  let share = 1;
  let bytes = 0;
  const refresh = (): void => {
    checkedMs = performance.now();
    if (restoreById(store, id)?.endedAt !== null) throw cutOff(store, id, target);
    checkServer(store);
    store.run('UPDATE restores SET bytes = ? WHERE id = ?', bytes, id);
    share = rateShareOn(store, member);
  };
  const failWhenToldTo = (): void => {
    if (bytes < totalBytes * FAILS_AFTER || store.member(member).restoresFail === 0) return;
    throw restoreRefused(target, 'the media could not be read (a fault of the lab)');
  };
  refresh();
  return {
    check: () => {
      checkStop(stop);
      if (performance.now() - checkedMs >= CHECK_MS) refresh();
    },
    shareBytesPerSecond: () => share,
    progress: (counts: Counts) => {
      ({ bytes } = counts);
      failWhenToldTo();
      if (performance.now() - progressMs < PROGRESS_MS) return;
      progressMs = performance.now();
      output.console(progressLine(counts));
    },
  };
}

function cutOff(store: WorldStore, id: string, target: string): ClientFailure {
  const reason = restoreById(store, id)?.reason ?? 'Exchange no longer knows of it';
  return new ClientFailure(RC_RESTORE, [
    `ACN0520E The VSS restore of '${target}' failed with rc = ${RC_RESTORE}: it was ended because ${reason}.`,
    `ACN5799E The files of '${target}' are incomplete and cannot be mounted; restore them again.`,
  ]);
}
