import { needsChain } from '#eligibility';
import type { BackupType, DatabaseView } from '#contracts';

/** Logs since the last backup, as a share of the database, where nobody could say how many bytes they are. */
export const LOG_SHARE_ASSUMED = 0.05;
/** A backup reads the disks that users of the active databases on that member need: each of them makes it so much dearer. */
export const ACTIVE_DATABASE_WEIGHT = 0.005;
export const ACTIVE_WEIGHT_MAX = 0.25;

/**
 * Bytes that a backup moves: the database and its logs for one that contains the database, the logs since the last one for the
 * others. A database of unknown size counts as an average one, neither first nor free of charge.
 */
export function bytesToMove(database: DatabaseView, type: BackupType, averageBytes: number): number {
  const sizeBytes = database.sizeBytes === null ? averageBytes : Number(database.sizeBytes);
  const logBytes = database.logBytes === null || database.logBytes === undefined ? null : Number(database.logBytes);
  if (!needsChain(type)) return sizeBytes + (logBytes ?? 0);
  return Math.max(1, logBytes ?? Math.round(sizeBytes * LOG_SHARE_ASSUMED));
}

/** Whether the bytes of its backup are a guess by its size, because its logs could not be counted. */
export function areLogsAssumed({ logBytes }: DatabaseView, type: BackupType): boolean {
  return needsChain(type) && (logBytes === null || logBytes === undefined);
}

/** Of the databases whose size is known. */
export function averageBytesOf(databases: readonly DatabaseView[]): number {
  const known = databases.flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [Number(sizeBytes)]));
  return known.length > 0 ? Math.round(known.reduce((sum, bytes) => sum + bytes, 0) / known.length) : 1;
}

export function durationMs(bytes: number, bytesPerSecond: number, activeDatabases: number): number {
  const weight = 1 + Math.min(ACTIVE_WEIGHT_MAX, activeDatabases * ACTIVE_DATABASE_WEIGHT);
  return (bytes / bytesPerSecond) * 1_000 * weight;
}
