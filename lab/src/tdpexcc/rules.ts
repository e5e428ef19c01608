import type { BackupType } from '#contracts';
import type { CopyRow, DatabaseRow, HeaderRow, SessionRow } from '../world/rows.js';
import { effectiveStatus, isActive, knownHeader } from '../world/state.js';
import { chainBroken, notFound, writerRetryable, type ClientFailure } from './failure.js';

/** What the Exchange writer looks at when it is asked to prepare a backup. */
export interface WriterView {
  readonly member: string;
  readonly database: DatabaseRow;
  /** Null: this member holds none. */
  readonly copy: CopyRow | null;
  readonly headers: readonly HeaderRow[];
  readonly openSession: SessionRow | undefined;
  /** Another copy is being seeded from this one. */
  readonly isSeedSource: boolean;
  readonly isStopped: (member: string) => boolean;
}

export type WriterVerdict =
  | {
      readonly kind: 'allowed';
      readonly firstLog: number;
      readonly generation: number;
      readonly withDatabaseFile: boolean;
    }
  | { readonly kind: 'refused'; readonly failure: ClientFailure };

/** Logs from the checkpoint on, which a database file without clean shutdown needs. */
export const CHECKPOINT_DEPTH = 4;

const refused = (failure: ClientFailure): WriterVerdict => ({ kind: 'refused', failure });

export function judgeBackup(view: WriterView, type: BackupType): WriterVerdict {
  const { database, copy, member } = view;
  if (copy === null || database.kind === 'recovery' || database.mounted === 0)
    return refused(notFound(database.name, member));
  if (view.isStopped(database.activeMember)) {
    return refused(writerRetryable(database.name, `the active server ${database.activeMember} does not answer`));
  }
  const status = effectiveStatus(copy, database, view.isStopped);
  const needed = isActive(copy, database) ? 'Mounted' : 'Healthy';
  if (status !== needed)
    return refused(writerRetryable(database.name, `the copy on ${member} is ${status}, not ${needed}`));
  if (view.isSeedSource)
    return refused(writerRetryable(database.name, `the copy on ${member} is the source of a seed`));
  if (view.openSession !== undefined) {
    return refused(writerRetryable(database.name, 'a backup of this database is already in progress'));
  }
  return judgeChain(view, copy, type);
}

function judgeChain({ database, headers }: WriterView, copy: CopyRow, type: BackupType): WriterVerdict {
  const generation = copy.replayed;
  switch (type) {
    case 'full':
    case 'copy':
      return {
        kind: 'allowed',
        firstLog: Math.max(1, generation - CHECKPOINT_DEPTH + 1),
        generation,
        withDatabaseFile: true,
      };
    case 'incremental':
    case 'differential':
      break;
    default: {
      const unknown: never = type;
      throw new Error(`unknown backup type ${String(unknown)}`);
    }
  }
  if (database.circularLogging === 1) {
    return refused(chainBroken(database.name, `circular logging is on, which makes ${type} backups impossible`));
  }
  if (knownHeader(headers, ['full'], copy, database) === null) {
    return refused(
      chainBroken(database.name, `this copy knows of no full backup, and a backup of type ${type} needs one`),
    );
  }
  // Both kinds hold every log since the logs were last truncated, which only full and incremental backups do (reference 3.3).
  const base = knownHeader(headers, ['full', 'incremental'], copy, database);
  const firstLog = (base?.coveredGeneration ?? 0) + 1;
  if (firstLog < copy.lowestLog) {
    return refused(
      chainBroken(
        database.name,
        `logs from ${firstLog} on are needed, and this copy has them from ${copy.lowestLog} on`,
      ),
    );
  }
  return { kind: 'allowed', firstLog, generation: Math.max(generation, firstLog - 1), withDatabaseFile: false };
}
