import {
  COPIES_MAX,
  type CopyView,
  type DatabaseKind,
  type DatabaseView,
  type ReportedCopy,
  type ReportedDatabase,
} from '#contracts';
import { activeMemberOf, type ActiveMember } from './active-member.js';
import { ageMs, type FreshRecords } from './freshness.js';
import { activeMemberIn, copyOf, newestKnown, sightingsOf, type Sighting } from './sightings.js';
import type { InventoryState } from './state.js';

/** One database as all members together see it; null when no member sees it any more. */
export function databaseView(
  state: InventoryState,
  fresh: FreshRecords,
  dagOf: (memberId: string) => string | null,
  guid: string,
  nowMs: number,
): DatabaseView | null {
  const sightings = sightingsOf(state, fresh, guid);
  const newest = sightings[0];
  if (!newest) return null;
  const known = state.databases.get(guid);
  const active = activeMemberOf(sightings, known, nowMs);
  const copies = copyViews({
    sightings,
    fresh,
    active: active.member,
    movedAtMs: known?.lastMove?.seenAtMs ?? 0,
    nowMs,
  });
  // The word of the active member counts first, then the newest: these are the active copy's properties (reference 2.5).
  const ordered = activeFirst(sightings, active.member);
  const agreeing = ordered.filter(({ database }) => active.isSeen && activeMemberIn(database) === active.member);
  return {
    guid,
    name: newest.database.name,
    kind: kindOf(newest.database, copies.length),
    dag: firstDag(copies, dagOf),
    activeMember: active.member,
    // A member that still believes in another active copy speaks of the time before the move.
    mounted: newestKnown(agreeing, (database) => database.mounted),
    backupInProgress: newestKnown(agreeing, (database) => database.backupInProgress),
    circularLogging: newestKnown(ordered, (database) => database.circularLogging),
    allowFileRestore: newestKnown(ordered, (database) => database.allowFileRestore),
    edbPath: newestKnown(ordered, (database) => database.edbPath),
    logPath: newestKnown(ordered, (database) => database.logPath),
    sizeBytes: newestKnown(ordered, (database) => database.sizeBytes),
    logBytes: newestKnown(ordered, (database) => database.logBytes),
    lastFullBackupAt: newestKnown(ordered, (database) => database.lastFullBackupAt),
    lastIncrementalBackupAt: newestKnown(ordered, (database) => database.lastIncrementalBackupAt),
    lastDifferentialBackupAt: newestKnown(ordered, (database) => database.lastDifferentialBackupAt),
    lastCopyBackupAt: newestKnown(ordered, (database) => database.lastCopyBackupAt),
    copies,
  };
}

function kindOf(database: ReportedDatabase, copyCount: number): DatabaseKind {
  if (database.recovery) return 'recovery';
  if (database.publicFolder) return 'publicFolder';
  return copyCount > 1 ? 'dag' : 'standalone';
}

function activeFirst(sightings: readonly Sighting[], active: ActiveMember['member']): readonly Sighting[] {
  const own = sightings.find(({ observer, fresh }) => fresh && observer === active);
  return own ? [own, ...sightings.filter((sighting) => sighting !== own)] : sightings;
}

function firstDag(copies: readonly CopyView[], dagOf: (memberId: string) => string | null): string | null {
  for (const { member } of copies) {
    const dag = dagOf(member);
    if (dag !== null) return dag;
  }
  return null;
}

interface CopySources {
  readonly sightings: readonly Sighting[];
  readonly fresh: FreshRecords;
  readonly active: string | null;
  /** Since the last move: a member's word on its own copy from before it is out of date. */
  readonly movedAtMs: number;
  readonly nowMs: number;
}

/** Every copy that the best source on it names, by member. */
function copyViews({ sightings, fresh, active, movedAtMs, nowMs }: CopySources): readonly CopyView[] {
  const holders = new Set(sightings.flatMap(({ database }) => database.copies.map((copy) => copy.member)));
  const views: CopyView[] = [];
  for (const member of [...holders].toSorted()) {
    const own = sightings.find(({ observer }) => observer === member);
    const isAuthority = fresh.has(member) && (own === undefined || own.receivedAtMs >= movedAtMs);
    const source = isAuthority ? own : newestOn(sightings, member);
    const copy = source && copyOf(source.database, member);
    if (source && copy) views.push(copyView(copy, source, active, nowMs));
  }
  return views.slice(0, COPIES_MAX);
}

/** The newest view that names a copy, unless a newer fresh one of another holder no longer does. */
function newestOn(sightings: readonly Sighting[], member: string): Sighting | undefined {
  const newest = sightings[0];
  if (newest?.fresh && !copyOf(newest.database, member)) return undefined;
  return sightings.find(({ database }) => copyOf(database, member));
}

function copyView(copy: ReportedCopy, source: Sighting, active: string | null, nowMs: number): CopyView {
  return {
    member: copy.member,
    // One answer for the whole database: two members must never both look active because one report is older.
    role: copy.member === active ? 'active' : 'passive',
    status: copy.status,
    activationPreference: copy.activationPreference ?? null,
    replayLagMs: copy.replayLagMs ?? null,
    copyQueueLength: copy.copyQueueLength ?? null,
    replayQueueLength: copy.replayQueueLength ?? null,
    latestFullBackupAt: copy.latestFullBackupAt ?? null,
    suspendComment: copy.suspendComment ?? null,
    volume: copy.volume ?? null,
    observedBy: source.observer,
    ageMs: ageMs(source.receivedAtMs, nowMs),
  };
}
