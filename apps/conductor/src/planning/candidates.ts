import { COPY_RULES, refusalOf, type QueueLimits, type Refusal } from '#eligibility';
import type { Drain } from '../domain/maintenance/maintenance.state.js';
import type { BackupType, CopyView, DatabaseView, MemberView, Spread } from '#contracts';
import { memberName, type World } from '../domain/world.js';
import { MEMBER_RULES } from './rules/index.js';

/** What is asked of one placement. */
export interface PlacementQuestion {
  readonly database: DatabaseView;
  readonly backupType: BackupType;
  /** What its backup is expected to move. */
  readonly bytes: number;
  readonly copyPreference: 'preferPassive' | 'passiveOnly' | 'activeOnly';
  readonly excludeMembers: ReadonlySet<string>;
  readonly preferMembers: ReadonlySet<string>;
  /** Members that back up, or backed up, another copy of this database in the same run. */
  readonly takenMembers: ReadonlySet<string>;
  /** What the backups of this database in the same run must not share. */
  readonly spread: Spread;
  /** A second and further backup of a database in one run reads passive copies only: they are what was asked for. */
  readonly copyNumber: number;
  /** Members that failed this task before; chosen only if there is no other. */
  readonly failedMembers: ReadonlySet<string>;
  /** Where the database was active when its backup was interrupted by a move, if it is to go on there. */
  readonly followActive: boolean;
}

/** What the planner knows besides the question. */
export interface PlacementContext {
  readonly world: World;
  isAlive(memberId: string): boolean;
  /** What the member has queued and at work. */
  openBytes(memberId: string): number;
  capacity(memberId: string, type: BackupType): Capacity;
  readonly observationMaxAgeMs: number;
  readonly queueLimits: QueueLimits;
  /** The drain of a member that people took out of service. */
  drainOf(memberId: string): Drain | undefined;
}

/** What a member can do. */
export interface Capacity {
  /** Of one backup, as far as it is known or assumed. */
  readonly bytesPerSecond: number;
  /** Backups at once. */
  readonly streams: number;
  /** Least time between two starts. */
  readonly startGapMs: number;
  /** The limits that it shares with other members, each with the backups at once that it allows all of them together. Absent: none. */
  readonly within?: readonly SharedLimit[];
}

export interface SharedLimit {
  /** In words for people: `storage server SP1`. */
  readonly name: string;
  readonly streams: number;
}

export interface Candidate {
  readonly copy: CopyView;
  readonly member: MemberView | undefined;
  readonly memberName: string;
  readonly refusal: (Refusal & { readonly byPolicy: boolean }) | null;
}

/** Every copy of the database with its first refusal: rules about the member and the request, then those about the copy itself. */
export function candidatesOf(question: PlacementQuestion, context: PlacementContext): readonly Candidate[] {
  return question.database.copies.map((copy) => {
    const member = context.world.members.get(copy.member);
    return {
      copy,
      member,
      memberName: memberName(context.world, copy.member),
      refusal: refuse(question, context, copy, member),
    };
  });
}

function refuse(
  question: PlacementQuestion,
  context: PlacementContext,
  copy: CopyView,
  member: MemberView | undefined,
): Candidate['refusal'] {
  const { database, backupType } = question;
  const final = refusalOf({ database, copy, backupType, queueLimits: context.queueLimits });
  // A database that can never be backed up says so, whatever else is wrong with its member.
  if (final?.rule === COPY_RULES[0]?.name) return { ...final, byPolicy: false };
  for (const rule of MEMBER_RULES) {
    const verdict = rule.check({ question, context, copy, member });
    if (verdict.kind !== 'eligible') {
      return {
        rule: rule.name,
        kind: verdict.kind,
        reason: verdict.reason,
        liftedBy: rule.liftedBy,
        byPolicy: rule.byPolicy,
      };
    }
  }
  return final && { ...final, byPolicy: false };
}
