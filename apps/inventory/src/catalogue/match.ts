import type { ListedBackup } from '#contracts';
import type { Made } from './state.js';

/** The client notes the snapshot's moment somewhere between its start and its end, and both are written in whole seconds. */
const TOLERANCE_MS = 2_000;

/** Did this attempt make this backup? Both moments are of one machine's clock: the client runs where its agent does. */
export function isMadeBy(backup: ListedBackup, made: Made): boolean {
  if (backup.databaseName !== made.databaseName || backup.backupType !== made.backupType) return false;
  if (backup.sourceMember !== null && backup.sourceMember !== made.memberId) return false;
  const startedAtMs = Date.parse(backup.startedAt);
  return (
    startedAtMs >= Date.parse(made.startedAt) - TOLERANCE_MS && startedAtMs <= Date.parse(made.endedAt) + TOLERANCE_MS
  );
}

/** How well they fit, 0 is best. */
export function distanceMs(backup: ListedBackup, made: Made): number {
  return Math.abs(Date.parse(backup.startedAt) - Date.parse(made.startedAt));
}
