import type { DatabaseView } from '#contracts';
import type { BackupOrder } from '../../domain/backup-order.js';
import type { TaskSubject } from '../../domain/run.event-parts.js';
import { priorityIn } from '../../domain/priority.js';
import { candidatesOf, type Candidate, type PlacementContext, type PlacementQuestion } from '../candidates.js';
import { bytesToMove } from '../estimate.js';
import { placeOf, type SharedPlace } from '../spread.js';
import { tiersOf } from '../tiers.js';

/** One backup that a run is to make, with the copies that could be its source. */
export interface PlanJob {
  readonly subject: TaskSubject;
  readonly question: PlacementQuestion;
  readonly candidates: readonly Candidate[];
  /** Those of the best tier that leaves a member for each backup of the database. Empty: none is left. */
  readonly options: readonly Candidate[];
}

/**
 * The n backups of one database. Each takes the best tier that still has a member for it: the second of two backups may read a copy
 * of a worse tier, but only where the better one has a single member. Where sites or storage servers must differ, each backup gets one of its own.
 */
export function jobsOf(
  database: DatabaseView,
  order: BackupOrder,
  averageBytes: number,
  context: PlacementContext,
): readonly PlanJob[] {
  // Only a DAG database has copies to choose from; asking for two of a stand-alone one is no shortcoming.
  const wanted = database.kind === 'dag' ? order.copiesPerDatabase : 1;
  const bytes = bytesToMove(database, order.backupType, averageBytes);
  const jobs: PlanJob[] = [];
  const taken = new Map<string, number>();
  const given: PlacesGiven | null = order.spread === 'member' ? null : { place: order.spread, names: new Set() };
  for (let copyNumber = 1; copyNumber <= wanted; copyNumber += 1) {
    const question = questionOf(database, order, bytes, copyNumber);
    const candidates = candidatesOf(question, context);
    const options = optionsOf(question, candidates, taken, given);
    const subject = subjectOf(database, order, bytes, copyNumber);
    jobs.push({ subject, question, candidates, options });
  }
  return jobs;
}

function questionOf(database: DatabaseView, order: BackupOrder, bytes: number, copyNumber: number): PlacementQuestion {
  return {
    database,
    bytes,
    backupType: order.backupType,
    copyPreference: order.copyPreference,
    excludeMembers: new Set(order.excludeMembers),
    preferMembers: new Set(order.preferMembers),
    takenMembers: new Set(),
    spread: order.spread,
    copyNumber,
    failedMembers: new Set(),
    followActive: false,
  };
}

/** Sites or storage servers that earlier backups of the database were given. */
interface PlacesGiven {
  readonly place: SharedPlace;
  readonly names: Set<string>;
}

/** `taken`: how many earlier backups of the database each tier has given a place to, by its members. */
function optionsOf(
  question: PlacementQuestion,
  candidates: readonly Candidate[],
  taken: Map<string, number>,
  given: PlacesGiven | null,
): readonly Candidate[] {
  for (const tier of tiersOf(question, candidates)) {
    if (given !== null) {
      // Members whose place is not known might all be in one.
      const nameOf = ({ member }: Candidate): string => placeOf(given.place, member) ?? '';
      const free = tier.filter((candidate) => !given.names.has(nameOf(candidate)));
      const name = mostFrequent(free.map(nameOf));
      if (name === undefined) continue;
      given.names.add(name);
      return free.filter((candidate) => nameOf(candidate) === name);
    }
    const key = tier.map(({ copy }) => copy.member).join(' ');
    const used = taken.get(key) ?? 0;
    if (used >= tier.length) continue;
    taken.set(key, used + 1);
    return tier;
  }
  return [];
}

/** The place with the most of the copies, so that the assignment has something to choose from; then by name. */
function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([a, many], [b, other]) => other - many || (a < b ? -1 : 1))[0]?.[0];
}

export function subjectOf(database: DatabaseView, order: BackupOrder, bytes: number, copyNumber: number): TaskSubject {
  return {
    taskId: `${database.guid}/${copyNumber}`,
    databaseGuid: database.guid,
    databaseName: database.name,
    kind: database.kind,
    copyNumber,
    sizeBytes: bytes,
    priority: priorityIn(order, database),
  };
}
