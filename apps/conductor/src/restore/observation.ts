import type { CopyStatus, ReportedDatabase } from '#contracts';

/** What the saga reads of a database: as Exchange showed it to one agent at one moment. `null` means "not known", never "no". */
export interface Observation {
  readonly guid: string;
  readonly activeMember: string | null;
  readonly mounted: boolean | null;
  readonly allowFileRestore: boolean | null;
  readonly backupInProgress: boolean | null;
  readonly copies: readonly ObservedCopy[];
}

export interface ObservedCopy {
  readonly member: string;
  readonly status: CopyStatus;
  readonly suspendComment: string | null;
}

export function observationOf(database: ReportedDatabase): Observation {
  return {
    guid: database.guid,
    activeMember: database.activeMember ?? null,
    mounted: database.mounted ?? null,
    allowFileRestore: database.allowFileRestore ?? null,
    backupInProgress: database.backupInProgress ?? null,
    copies: database.copies.map(({ member, status, suspendComment }) => ({
      member,
      status,
      suspendComment: suspendComment ?? null,
    })),
  };
}

export function passivesOf(observed: Observation): readonly ObservedCopy[] {
  return observed.copies.filter(({ member }) => member !== observed.activeMember);
}

export function isSuspended({ status }: ObservedCopy): boolean {
  return status === 'Suspended' || status === 'FailedAndSuspended';
}

const AWAY: ReadonlySet<CopyStatus> = new Set(['ServiceDown', 'Unknown', 'Misconfigured', 'NonExchangeReplication']);

/** A copy that can be neither suspended nor made anew: its server does not answer, or it takes part in something else. */
export function isAway({ status }: { readonly status: CopyStatus }): boolean {
  return AWAY.has(status);
}

/** The same copy of a later or an earlier look. */
export function copyOn(observed: Observation | null, member: string): ObservedCopy | undefined {
  return observed?.copies.find((copy) => copy.member === member);
}
