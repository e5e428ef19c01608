import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackupType } from '#contracts';
import { stoppedMembers } from '../world/reachable.js';
import { isStorageServerUp } from '../world/operations.js';
import type { DatabaseRow, HeaderRow, SessionRow } from '../world/rows.js';
import {
  beginTransfer,
  endSession,
  insertSession,
  openSessionOf,
  rateShareOn,
  sessionById,
  snapshotOn,
} from '../world/sessions.js';
import { seedsFrom } from '../world/seeding.js';
import type { WorldStore } from '../world/store.js';
import { cleanSession, registerBackup } from '../world/stored-backups.js';
import { ClientFailure, corruptPages, notFound, RC_STOPPED, RC_VSS, serverUnreachable } from './failure.js';
import { progressLine, summaryLines, type Counts, type Output } from './output.js';
import { judgeBackup } from './rules.js';
import { takeSnapshot } from './snapshot.js';
import { transfer, type TransferControl } from './transfer.js';

export interface ClientContext {
  readonly store: WorldStore;
  readonly member: string;
  readonly output: Output;
  readonly stop: AbortSignal;
}

interface BegunBackup {
  readonly session: SessionRow;
  readonly database: DatabaseRow;
  readonly withDatabaseFile: boolean;
}

const TURN_POLL_MS = 50;
/** How long a client waits for other snapshots on its member. */
const TURN_WAIT_MAX_MS = 10 * 60 * 1_000;
/** How often a running backup looks whether Exchange still knows it, and what its share of the rate is. */
const CHECK_MS = 100;
const PROGRESS_MS = 200;

export async function backupDatabase(context: ClientContext, name: string, type: BackupType): Promise<void> {
  const { store, output } = context;
  const startedMs = performance.now();
  output.line(`Beginning VSS backup of '${name}'...`);
  checkServer(store);
  const begun = await beginInTurn(context, name, type);
  const { session } = begun;
  try {
    const counts = await run(context, begun);
    if (!registerBackup(store, session, counts.bytes)) throw forgotten(store, session, name);
    output.line(progressLine(counts));
    output.lines(summaryLines('Backup', 0, counts, performance.now() - startedMs));
  } catch (error) {
    endSession(store, session.id, 'failed', error instanceof Error ? error.message : String(error), Date.now());
    throw error;
  } finally {
    cleanSession(store, session);
  }
}

/** Snapshots on one member follow one another: VSS serialises requesters from PrepareBackup to PostSnapshot (MS-WRITER). */
async function beginInTurn(context: ClientContext, name: string, type: BackupType): Promise<BegunBackup> {
  const deadlineMs = performance.now() + TURN_WAIT_MAX_MS;
  while (performance.now() < deadlineMs) {
    checkStop(context.stop);
    const begun = context.store.immediate(() => tryToBegin(context, name, type));
    if (begun !== null) return begun;
    await delay(TURN_POLL_MS);
  }
  throw new ClientFailure(RC_VSS, [
    `ANS5250E The snapshots of other backups on this server took longer than ${TURN_WAIT_MAX_MS / 60_000} minutes.`,
  ]);
}

/** Null: another snapshot is being made on this member. */
function tryToBegin({ store, member }: ClientContext, name: string, type: BackupType): BegunBackup | null {
  const database = store.databases().find((each) => each.name === name);
  if (database === undefined) throw notFound(name, member);
  const verdict = judgeBackup(
    {
      member,
      database,
      copy: store.copy(database.guid, member) ?? null,
      headers: store.all<HeaderRow>('SELECT * FROM headers WHERE database = ?', database.guid),
      openSession: openSessionOf(store, database.guid),
      isSeedSource: seedsFrom(store, database.guid, member).length > 0,
      isStopped: stoppedMembers(store),
    },
    type,
  );
  if (verdict.kind === 'refused') throw verdict.failure;
  if (snapshotOn(store, member) !== undefined) return null;
  const { firstLog, generation, withDatabaseFile } = verdict;
  const session = insertSession(store, {
    id: randomUUID(),
    database,
    member,
    type,
    firstLog,
    generation,
    now: Date.now(),
  });
  return { session, database, withDatabaseFile };
}

async function run(context: ClientContext, { session, database, withDatabaseFile }: BegunBackup): Promise<Counts> {
  const { store, member } = context;
  const files = await takeSnapshot(store.directory, session, database, withDatabaseFile);
  checkStop(context.stop);
  if (withDatabaseFile && store.copy(database.guid, member)?.integrity === 'corrupt') throw corruptPages(database.name);
  if (!beginTransfer(store, session.id)) throw forgotten(store, session, database.name);
  return transfer(
    store.directory,
    session.id,
    files,
    {
      format: 1,
      objectName: session.objectName,
      database: { guid: database.guid, name: database.name },
      member,
      role: database.activeMember === member ? 'active' : 'passive',
      type: session.type,
      firstLog: session.firstLog,
      generation: session.generation,
      startedAt: new Date(session.startedAt).toISOString(),
    },
    controlOf(context, session, database),
  );
}

function controlOf(
  { store, member, output, stop }: ClientContext,
  session: SessionRow,
  database: DatabaseRow,
): TransferControl {
  let checkedMs = -Infinity;
  let progressMs = -Infinity;
  let share = 1;
  const refresh = (): void => {
    checkedMs = performance.now();
    if (sessionById(store, session.id)?.endedAt !== null) throw forgotten(store, session, database.name);
    checkServer(store);
    share = rateShareOn(store, member);
  };
  refresh();
  return {
    check: () => {
      checkStop(stop);
      if (performance.now() - checkedMs >= CHECK_MS) refresh();
    },
    shareBytesPerSecond: () => share,
    progress: (counts) => {
      if (performance.now() - progressMs < PROGRESS_MS) return;
      progressMs = performance.now();
      output.console(progressLine(counts));
    },
  };
}

export function checkServer(store: WorldStore): void {
  if (!isStorageServerUp(store)) throw serverUnreachable();
}

export function checkStop(stop: AbortSignal): void {
  if (stop.aborted) throw new ClientFailure(RC_STOPPED, ['ANS1369E Session rejected: the operation was stopped.']);
}

function forgotten(store: WorldStore, session: SessionRow, database: string): ClientFailure {
  const reason = sessionById(store, session.id)?.reason ?? 'Exchange no longer knows of it';
  return new ClientFailure(RC_VSS, [
    `ANS5268E The Microsoft Volume Shadow Copy Services writer 'Microsoft Exchange Writer' failed for '${database}'.`,
    `ACN0519E The VSS operation failed with rc = ${RC_VSS}: the backup was ended because ${reason}.`,
  ]);
}
