import type { BackupType, DatabaseView } from '#contracts';
import { formatDuration } from '../domain/format.js';
import type { BackupProof } from '../domain/run.event-parts.js';

/** Clocks of Exchange servers and of the conductor may differ this much; a header further in the future proves nothing. */
export const CLOCK_TOLERANCE_MS = 5 * 60 * 1_000;

export interface NotNeeded {
  readonly rule: 'minimum-interval';
  readonly reason: string;
  readonly proof: BackupProof;
}

/**
 * Whether Exchange itself proves that a backup of this type, or of one that does more, is younger than the interval. Null: it
 * is due, or nothing proves otherwise. A backup that only the product remembers is no proof: Exchange moves its header when
 * a backup is complete, and not before.
 */
export function provenNotNeeded(
  database: DatabaseView,
  type: BackupType,
  minIntervalMs: number,
  nowMs: number,
): NotNeeded | null {
  if (minIntervalMs === 0) return null;
  const active = database.copies.find(({ member }) => member === database.activeMember);
  const proof = newest(HEADERS_OF[type].flatMap((header) => at(database, header)));
  if (!proof || !active) return null;
  const ageMs = nowMs - Date.parse(proof.at);
  if (ageMs >= minIntervalMs || ageMs < -CLOCK_TOLERANCE_MS) return null;
  return {
    rule: 'minimum-interval',
    reason: `Exchange's ${proof.header} is ${proof.at}, ${formatDuration(Math.max(0, ageMs))} ago, and one in ${formatDuration(minIntervalMs)} is enough`,
    proof: { ...proof, observedBy: active.observedBy },
  };
}

type Header = BackupProof['header'];

/** What stands for a backup of each type: a full one contains what the others would. A COPY backup is not part of the chain. */
const HEADERS_OF: Readonly<Record<BackupType, readonly Header[]>> = {
  full: ['LastFullBackup'],
  copy: ['LastCopyBackup', 'LastFullBackup'],
  incremental: ['LastIncrementalBackup', 'LastFullBackup'],
  differential: ['LastDifferentialBackup', 'LastFullBackup'],
};

function at(database: DatabaseView, header: Header): readonly { header: Header; at: string }[] {
  const moment = {
    LastFullBackup: database.lastFullBackupAt,
    LastIncrementalBackup: database.lastIncrementalBackupAt,
    LastDifferentialBackup: database.lastDifferentialBackupAt,
    LastCopyBackup: database.lastCopyBackupAt,
  }[header];
  return moment === null ? [] : [{ header, at: moment }];
}

function newest<Proof extends { readonly at: string }>(proofs: readonly Proof[]): Proof | undefined {
  return proofs.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
}
