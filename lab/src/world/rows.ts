import type { BackupType, CopyRole, CopyStatus, DatabaseKind } from '#contracts';

/** Rows as SQLite gives them; the shapes follow schema.ts. */

export interface MemberRow {
  readonly name: string;
  readonly fqdn: string;
  readonly dag: string;
  readonly site: string;
  readonly storageServer: string;
  readonly hasClient: number;
  readonly stopped: number;
  readonly rateBytesPerSecond: number;
  readonly version: string;
  readonly freeBytes: number | null;
  readonly restoresFail: number;
}

export type MoveCategory = 'switchover' | 'failover';
/** Exchange's ActionInitiator. */
export type MoveInitiator = 'Admin' | 'Automatic';

export interface DatabaseRow {
  readonly guid: string;
  readonly name: string;
  readonly kind: DatabaseKind;
  readonly sizeBytes: number;
  readonly logPrefix: string;
  readonly circularLogging: number;
  readonly mounted: number;
  readonly allowFileRestore: number;
  readonly edbPath: string;
  readonly logPath: string;
  readonly activeMember: string;
  /** The last complete log of the stream; the active copy's file is always at it. */
  readonly generation: number;
  readonly nextGenerationAt: number;
  readonly mountWhenMemberStarts: number;
  readonly lastFullAt: number | null;
  readonly lastIncrementalAt: number | null;
  readonly lastDifferentialAt: number | null;
  readonly lastCopyAt: number | null;
  readonly moveId: string | null;
  readonly moveTo: string | null;
  readonly moveDueAt: number | null;
  readonly moveInitiator: MoveInitiator | null;
  readonly moveCategory: MoveCategory | null;
  /** The database is to be mounted when it has moved: it was before. */
  readonly moveMounts: number;
}

/**
 * What a copy's files are worth. `corrupt`: pages fail their checksum, and Exchange does not know yet. `incomplete`: a restore
 * or a seed has begun to overwrite them and has not finished; they cannot be mounted.
 */
export type Integrity = 'clean' | 'corrupt' | 'incomplete';

export interface CopyRow {
  readonly database: string;
  readonly member: string;
  readonly preference: number;
  readonly status: CopyStatus;
  readonly statusDueAt: number | null;
  readonly replayLagMs: number;
  readonly copied: number;
  readonly replayed: number;
  readonly lowestLog: number;
  readonly copyDueAt: number | null;
  readonly suspendComment: string | null;
  readonly errorMessage: string | null;
  /** Text of a {@link Lineage}. */
  readonly lineage: string;
  readonly integrity: Integrity;
  readonly restoreId: string | null;
  readonly seedSource: string | null;
  readonly seedBytes: number | null;
  /** When the engine last moved it on; null until it has begun. */
  readonly seedAt: number | null;
  readonly volume: string;
}

export interface HeaderRow {
  readonly database: string;
  readonly type: BackupType;
  readonly at: number;
  readonly coveredGeneration: number;
  readonly visibleGeneration: number;
}

export type SessionPhase = 'snapshot' | 'transfer' | 'ended';
export type SessionOutcome = 'succeeded' | 'aborted' | 'failed' | 'lost';

export interface SessionRow {
  readonly id: string;
  readonly database: string;
  readonly member: string;
  readonly type: BackupType;
  readonly phase: SessionPhase;
  readonly pid: number;
  readonly processStarted: string | null;
  readonly objectName: string;
  readonly firstLog: number;
  readonly generation: number;
  readonly startedAt: number;
  readonly goneAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: SessionOutcome | null;
  readonly reason: string | null;
  readonly cleaned: number;
}

export type RestoreKind = 'database' | 'files';
export type RestoreOutcome = 'succeeded' | 'aborted' | 'failed' | 'lost';

export interface RestoreRow {
  readonly id: string;
  readonly kind: RestoreKind;
  readonly target: string;
  readonly targetName: string;
  readonly objectName: string;
  readonly member: string;
  readonly pid: number;
  readonly processStarted: string | null;
  readonly bytes: number;
  /** What the database is at after it; null until it succeeded, and for files. */
  readonly generation: number | null;
  readonly startedAt: number;
  readonly goneAt: number | null;
  readonly endedAt: number | null;
  readonly outcome: RestoreOutcome | null;
  readonly reason: string | null;
}

export interface EventRow {
  readonly sequence: number;
  readonly operationId: string;
  readonly guid: string;
  readonly fromMember: string;
  readonly toMember: string;
  readonly initiator: MoveInitiator;
  readonly category: MoveCategory;
  readonly writtenOn: string;
  readonly at: number;
}

export interface StoredBackupRow {
  readonly lineage: string;
  /** Size of the database file, stored or not, at that moment. */
  readonly edbBytes: number;
  readonly logPrefix: string;
  readonly exchangeVersion: string;
  readonly objectName: string;
  readonly sessionId: string;
  readonly database: string;
  readonly member: string;
  readonly role: CopyRole;
  readonly type: BackupType;
  readonly firstLog: number;
  readonly generation: number;
  readonly bytes: number;
  readonly startedAt: number;
  readonly endedAt: number;
}
