import { statfsSync } from 'node:fs';
import type { HostCopy, HostDatabase, HostServer, HostVolume } from '#contracts';
import { LOG_BYTES } from '../world/content.js';
import { VOLUME_PATH } from '../world/layout.js';
import { stoppedMembers } from '../world/reachable.js';
import type { CopyRow, DatabaseRow, HeaderRow, MemberRow } from '../world/rows.js';
import { openSessionOf } from '../world/sessions.js';
import { effectiveStatus, isActive, knownHeader } from '../world/state.js';
import type { WorldStore } from '../world/store.js';
import { spellServer } from './spelling.js';

/** What Exchange's cmdlets would say, read by one server. */

/** Reported for a copy whose state cannot be read; no number to calculate with (reference 2.5). */
const UNKNOWN_QUEUE = '9223372036854775766';

const utc = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : new Date(ms).toISOString();

export function describeServer(store: WorldStore, member: MemberRow): HostServer {
  return {
    name: member.name,
    fqdn: member.fqdn,
    site: member.site,
    version: member.version,
    dag: {
      name: member.dag,
      members: store
        .members()
        .filter((each) => each.dag === member.dag)
        .map((each) => each.name),
    },
    volumes: [volumeOf(store, member)],
  };
}

/** All members have the one volume that their databases are said to be on; under it lies the lab's own disk. */
function volumeOf(store: WorldStore, member: MemberRow): HostVolume {
  const disk = statfsSync(store.directory);
  const freeBytes = member.freeBytes ?? disk.bavail * disk.bsize;
  return { path: VOLUME_PATH, freeBytes: String(freeBytes), totalBytes: String(disk.blocks * disk.bsize) };
}

export function listDatabases(store: WorldStore, member: MemberRow): readonly HostDatabase[] {
  return store
    .databases()
    .filter((database) => store.copy(database.guid, member.name) !== undefined)
    .map((database) => describeDatabase(store, database));
}

export function getDatabase(store: WorldStore, guid: string): HostDatabase | null {
  const found = store.databases().find((each) => each.guid === guid.toLowerCase());
  return found === undefined ? null : describeDatabase(store, found);
}

function describeDatabase(store: WorldStore, database: DatabaseRow): HostDatabase {
  const members = new Map(store.members().map((each) => [each.name, each]));
  const isStopped = stoppedMembers(store);
  const reachable = !isStopped(database.activeMember);
  const mounted = database.mounted === 1;
  const known = reachable && mounted;
  const headers = store.all<HeaderRow>('SELECT * FROM headers WHERE database = ?', database.guid);
  const active = members.get(database.activeMember);
  return {
    guid: database.guid,
    name: database.name,
    recovery: database.kind === 'recovery',
    publicFolder: database.kind === 'publicFolder',
    activeServer: active === undefined ? null : spellServer(active, `${database.guid}:active`),
    mounted: reachable ? mounted : null,
    backupInProgress: known ? openSessionOf(store, database.guid) !== undefined : null,
    circularLogging: database.circularLogging === 1,
    allowFileRestore: database.allowFileRestore === 1,
    edbPath: database.edbPath,
    logPath: database.logPath,
    sizeBytes: known ? String(database.sizeBytes) : null,
    logBytes: known ? String(logBytesOf(database, headers)) : null,
    lastFullBackupUtc: known ? utc(database.lastFullAt) : null,
    lastIncrementalBackupUtc: known ? utc(database.lastIncrementalAt) : null,
    lastDifferentialBackupUtc: known ? utc(database.lastDifferentialAt) : null,
    lastCopyBackupUtc: known ? utc(database.lastCopyAt) : null,
    copies: store.copiesOf(database.guid).flatMap((copy) => {
      const holder = members.get(copy.member);
      return holder === undefined ? [] : [describeCopy(database, copy, holder, headers, isStopped)];
    }),
  };
}

/** Of the log files since the last backup that the next one builds on. */
function logBytesOf(database: DatabaseRow, headers: readonly HeaderRow[]): number {
  const bases = headers.filter(({ type }) => type === 'full' || type === 'incremental');
  const covered = Math.max(0, ...bases.map(({ coveredGeneration }) => coveredGeneration));
  return Math.max(0, database.generation - covered) * LOG_BYTES;
}

function describeCopy(
  database: DatabaseRow,
  copy: CopyRow,
  holder: MemberRow,
  headers: readonly HeaderRow[],
  isStopped: (member: string) => boolean,
): HostCopy {
  const down = isStopped(copy.member);
  return {
    server: spellServer(holder, `${database.guid}:copy`),
    active: isActive(copy, database),
    status: effectiveStatus(copy, database, isStopped),
    activationPreference: copy.preference,
    replayLag: timeSpan(copy.replayLagMs),
    copyQueueLength: down ? UNKNOWN_QUEUE : String(Math.max(0, database.generation - copy.copied)),
    replayQueueLength: down ? null : String(copy.copied - copy.replayed),
    latestFullBackupUtc: down ? null : utc(knownHeader(headers, ['full'], copy, database)?.at),
    suspendComment: copy.suspendComment,
    volume: copy.volume,
    activationSuspended: copy.status === 'Suspended' || copy.status === 'FailedAndSuspended',
    seedingPercent: seedingPercent(copy, database),
    errorMessage: copy.errorMessage,
  };
}

export function seedingPercent(copy: CopyRow, database: DatabaseRow): number | null {
  if (copy.seedBytes === null) return null;
  return Math.floor((100 * copy.seedBytes) / database.sizeBytes);
}

const two = (value: number): string => String(value).padStart(2, '0');

/** EnhancedTimeSpan as text: `7.00:00:00`, `00:00:00`. */
export function timeSpan(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const days = Math.floor(seconds / 86_400);
  const clock = [Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return days > 0 ? `${days}.${clock}` : clock;
}
