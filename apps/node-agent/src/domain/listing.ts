import { createHash } from 'node:crypto';
import { LISTING_PARTS_MAX, LISTING_PART_MAX, type BackupListing, type ListedBackup } from '#contracts';

/** Names one listing of one agent; what it contains is added part by part. */
export type ListingRef = Pick<BackupListing, 'memberId' | 'agentInstanceId' | 'sequence'>;

const BACKUPS_MAX = LISTING_PART_MAX * LISTING_PARTS_MAX;

/** Equal for equal backups, in whatever order the client gave them. */
export function digestOf(backups: readonly ListedBackup[]): string {
  const hash = createHash('sha256');
  for (const text of backups.map((backup) => JSON.stringify(backup)).toSorted()) hash.update(`${text}\n`);
  return hash.digest('hex');
}

/** A listing as messages of bounded size; an empty one is one empty part. */
export function partsOf(
  ref: ListingRef,
  digest: string,
  backups: readonly ListedBackup[],
  problem: string | null,
): readonly BackupListing[] {
  const told = backups.slice(0, BACKUPS_MAX);
  const left = backups.length - told.length;
  const problems = [problem, left > 0 ? `${left} of ${backups.length} backups do not fit into a report` : null];
  const parts = Math.max(1, Math.ceil(told.length / LISTING_PART_MAX));
  return Array.from({ length: parts }, (_, index) => ({
    ...ref,
    digest,
    part: index + 1,
    parts,
    backups: told.slice(index * LISTING_PART_MAX, (index + 1) * LISTING_PART_MAX),
    failed: false,
    problem: problems.filter((text) => text !== null).join('; ') || null,
  }));
}

/** The listing told last still holds, or the client could not be asked. */
export function withoutParts(ref: ListingRef, digest: string, failed: boolean, problem: string | null): BackupListing {
  return { ...ref, digest, part: 0, parts: 0, backups: [], failed, problem };
}
