import type { ReportedDatabase } from '#contracts';
import type { Session } from './exchange.js';
import type { Random } from './random.js';

type CopyStatus = ReportedDatabase['copies'][number]['status'];

export interface SimCopy {
  readonly member: string;
  readonly activationPreference: number;
  readonly replayLagMs: number;
  readonly volume: string;
  status: CopyStatus;
  suspendComment: string | null;
  /** Copies with the same number replicate; below 0 the files are not complete. */
  content: number;
  latestFullBackupAt: string | null;
}

export interface SimDatabase {
  readonly guid: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly recovery: boolean;
  readonly copies: SimCopy[];
  active: string;
  mounted: boolean;
  /** Between two members: it is mounted on the other in a moment. */
  isMoving: boolean;
  allowFileRestore: boolean;
  lastFullBackupAt: string | null;
  session: Session | null;
  /** Exchange keeps its lock for a moment after a backup ended. */
  busyUntilMs: number;
  moves: number;
  activationTries: number;
}

const VOLUMES_PER_MEMBER = 4;

/** A database with two to four copies, whose first holder has it active. */
export function newDatabase(
  number: number,
  members: readonly string[],
  random: Random,
  startUtcMs: number,
): SimDatabase {
  const first = random.int(0, members.length - 1);
  const holders = Array.from({ length: Math.min(members.length, random.int(2, 4)) }, (_, index) => {
    const member = members[(first + index) % members.length];
    if (!member) throw new Error('a copy without a member');
    return member;
  });
  const before = new Date(startUtcMs - 86_400_000).toISOString();
  return {
    guid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    name: `MBX${String(number).padStart(2, '0')}`,
    sizeBytes: random.int(1, 40) * 1_000_000_000,
    recovery: false,
    copies: holders.map((member, index) => ({
      member,
      activationPreference: index + 1,
      // Some last copies lag, as administrators have them for safety.
      replayLagMs: index >= 2 && random.chance(0.3) ? 604_800_000 : 0,
      volume: `V${(number % VOLUMES_PER_MEMBER) + 1}`,
      status: index === 0 ? 'Mounted' : 'Healthy',
      suspendComment: null,
      content: 0,
      latestFullBackupAt: before,
    })),
    active: holders[0] ?? '',
    mounted: true,
    isMoving: false,
    allowFileRestore: false,
    lastFullBackupAt: before,
    session: null,
    busyUntilMs: 0,
    moves: 0,
    activationTries: 0,
  };
}

/** As `New-MailboxDatabase` leaves it: on one member, dismounted, without files. */
export function emptyDatabase(number: number, name: string, member: string, recovery: boolean): SimDatabase {
  return {
    guid: `00000000-0000-4000-8001-${String(number).padStart(12, '0')}`,
    name,
    sizeBytes: 0,
    recovery,
    copies: [
      {
        member,
        activationPreference: 1,
        replayLagMs: 0,
        volume: 'V1',
        status: 'Dismounted',
        suspendComment: null,
        content: 0,
        latestFullBackupAt: null,
      },
    ],
    active: member,
    mounted: false,
    isMoving: false,
    allowFileRestore: false,
    lastFullBackupAt: null,
    session: null,
    busyUntilMs: 0,
    moves: 0,
    activationTries: 0,
  };
}

/** As the Exchange shell shows it. */
export function reportOf(
  database: SimDatabase,
  backupInProgress: boolean,
  downMembers: ReadonlySet<string>,
): ReportedDatabase {
  const { guid, name, recovery, active, mounted, sizeBytes, lastFullBackupAt } = database;
  return {
    guid,
    name,
    recovery,
    publicFolder: false,
    activeMember: active,
    mounted,
    allowFileRestore: database.allowFileRestore,
    backupInProgress,
    circularLogging: false,
    sizeBytes: String(sizeBytes),
    lastFullBackupAt,
    lastIncrementalBackupAt: null,
    lastDifferentialBackupAt: null,
    lastCopyBackupAt: null,
    copies: database.copies.map(
      ({ member, activationPreference, replayLagMs, volume, status, latestFullBackupAt, suspendComment }) => ({
        member,
        active: member === active,
        status: downMembers.has(member) ? 'ServiceDown' : status,
        activationPreference,
        replayLagMs: member === active ? 0 : replayLagMs,
        copyQueueLength: '0',
        replayQueueLength: '0',
        latestFullBackupAt,
        suspendComment,
        volume,
      }),
    ),
  };
}
