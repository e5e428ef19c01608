import type { BackupType, CopyRole, CopyStatus, DatabaseKind } from '#contracts';
import { stoppedMembers } from './reachable.js';
import { isStorageServerUp } from './operations.js';
import type {
  CopyRow,
  DatabaseRow,
  EventRow,
  MoveCategory,
  StoredBackupRow,
  Integrity,
  RestoreKind,
  RestoreOutcome,
  RestoreRow,
} from './rows.js';
import { openSessions } from './sessions.js';
import { effectiveStatus, isActive } from './state.js';
import { WorldStore } from './store.js';

/** The whole lab as plain data, for people and scripts. Times are UTC ISO-8601. */
export interface WorldStatus {
  readonly dag: string;
  readonly storageServerUp: boolean;
  readonly members: readonly MemberStatus[];
  readonly databases: readonly DatabaseStatus[];
  readonly runningBackups: readonly RunningBackup[];
  readonly restores: readonly RestoreRecord[];
  readonly moves: readonly MoveRecord[];
  readonly storedBackups: readonly StoredBackup[];
}

export interface MemberStatus {
  readonly name: string;
  readonly fqdn: string;
  readonly site: string;
  readonly storageServer: string;
  readonly hasClient: boolean;
  readonly stopped: boolean;
  readonly rateBytesPerSecond: number;
  readonly activeDatabases: number;
  readonly runningBackups: number;
}

export interface DatabaseStatus {
  readonly guid: string;
  readonly name: string;
  readonly kind: DatabaseKind;
  readonly sizeBytes: number;
  readonly activeMember: string;
  readonly mounted: boolean;
  readonly allowFileRestore: boolean;
  readonly movingTo: string | null;
  readonly backupInProgress: boolean;
  readonly circularLogging: boolean;
  readonly generation: number;
  readonly lastFullAt: string | null;
  readonly lastIncrementalAt: string | null;
  readonly lastDifferentialAt: string | null;
  readonly lastCopyAt: string | null;
  readonly copies: readonly CopyState[];
}

export interface CopyState {
  readonly member: string;
  readonly role: CopyRole;
  readonly status: CopyStatus;
  readonly preference: number;
  readonly replayLagMs: number;
  readonly copyQueue: number;
  readonly replayQueue: number;
  readonly integrity: Integrity;
  readonly suspendComment: string | null;
  readonly errorMessage: string | null;
}

export interface RunningBackup {
  readonly database: string;
  readonly member: string;
  readonly type: BackupType;
  readonly phase: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** A restore ever begun; without an end it runs. */
export interface RestoreRecord {
  readonly id: string;
  readonly kind: RestoreKind;
  /** Database, or folder. */
  readonly target: string;
  readonly objectName: string;
  readonly member: string;
  readonly bytes: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: RestoreOutcome | null;
  readonly reason: string | null;
}

export interface MoveRecord {
  readonly operationId: string;
  readonly database: string;
  readonly from: string;
  readonly to: string;
  readonly category: MoveCategory;
  readonly at: string;
}

export interface StoredBackup {
  readonly objectName: string;
  readonly database: string;
  readonly member: string;
  readonly role: CopyRole;
  readonly type: BackupType;
  readonly generation: number;
  readonly bytes: number;
  readonly startedAt: string;
  readonly endedAt: string;
}

const utc = (ms: number): string => new Date(ms).toISOString();
const utcOrNull = (ms: number | null): string | null => (ms === null ? null : utc(ms));

export function worldStatus(directory: string): WorldStatus {
  const store = WorldStore.open(directory);
  try {
    return store.consistent(() => statusOf(store));
  } finally {
    store.close();
  }
}

export function statusOf(store: WorldStore): WorldStatus {
  const databases = store.databases();
  const nameOf = new Map(databases.map((each) => [each.guid, each.name]));
  const sessions = openSessions(store);
  const isStopped = stoppedMembers(store);
  return {
    dag: store.setting('dag') ?? '',
    storageServerUp: isStorageServerUp(store),
    members: store.members().map((member) => ({
      name: member.name,
      fqdn: member.fqdn,
      site: member.site,
      storageServer: member.storageServer,
      hasClient: member.hasClient === 1,
      stopped: member.stopped === 1,
      rateBytesPerSecond: member.rateBytesPerSecond,
      activeDatabases: databases.filter((each) => each.activeMember === member.name && each.mounted === 1).length,
      runningBackups: sessions.filter((each) => each.member === member.name).length,
    })),
    databases: databases.map((database) => ({
      ...databaseStatus(database, store.copiesOf(database.guid), isStopped),
      backupInProgress: sessions.some((each) => each.database === database.guid),
    })),
    runningBackups: sessions.map((each) => ({
      database: nameOf.get(each.database) ?? each.database,
      member: each.member,
      type: each.type,
      phase: each.phase,
      pid: each.pid,
      startedAt: utc(each.startedAt),
    })),
    restores: store.all<RestoreRow>('SELECT * FROM restores ORDER BY startedAt, rowid').map((each) => ({
      id: each.id,
      kind: each.kind,
      target: each.targetName,
      objectName: each.objectName,
      member: each.member,
      bytes: each.bytes,
      startedAt: utc(each.startedAt),
      endedAt: utcOrNull(each.endedAt),
      outcome: each.outcome,
      reason: each.reason,
    })),
    moves: store.all<EventRow>('SELECT * FROM events ORDER BY sequence').map((each) => ({
      operationId: each.operationId,
      database: nameOf.get(each.guid) ?? each.guid,
      from: each.fromMember,
      to: each.toMember,
      category: each.category,
      at: utc(each.at),
    })),
    storedBackups: store.all<StoredBackupRow>('SELECT * FROM storedBackups ORDER BY endedAt').map((each) => ({
      objectName: each.objectName,
      database: nameOf.get(each.database) ?? each.database,
      member: each.member,
      role: each.role,
      type: each.type,
      generation: each.generation,
      bytes: each.bytes,
      startedAt: utc(each.startedAt),
      endedAt: utc(each.endedAt),
    })),
  };
}

function databaseStatus(
  database: DatabaseRow,
  copies: readonly CopyRow[],
  isStopped: (member: string) => boolean,
): Omit<DatabaseStatus, 'backupInProgress'> {
  return {
    guid: database.guid,
    name: database.name,
    kind: database.kind,
    sizeBytes: database.sizeBytes,
    activeMember: database.activeMember,
    mounted: database.mounted === 1,
    allowFileRestore: database.allowFileRestore === 1,
    movingTo: database.moveTo,
    circularLogging: database.circularLogging === 1,
    generation: database.generation,
    lastFullAt: utcOrNull(database.lastFullAt),
    lastIncrementalAt: utcOrNull(database.lastIncrementalAt),
    lastDifferentialAt: utcOrNull(database.lastDifferentialAt),
    lastCopyAt: utcOrNull(database.lastCopyAt),
    copies: copies.map((copy) => ({
      member: copy.member,
      role: isActive(copy, database) ? 'active' : 'passive',
      status: effectiveStatus(copy, database, isStopped),
      preference: copy.preference,
      replayLagMs: copy.replayLagMs,
      copyQueue: Math.max(0, database.generation - copy.copied),
      replayQueue: copy.copied - copy.replayed,
      integrity: copy.integrity,
      suspendComment: copy.suspendComment,
      errorMessage: copy.errorMessage,
    })),
  };
}
