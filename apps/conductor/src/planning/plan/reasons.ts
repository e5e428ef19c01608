import { memberName } from '../../domain/world.js';
import type { PlacementDecision } from '../../domain/run.event-parts.js';
import type { Assignment } from '../assignment/index.js';
import type { PlacementContext } from '../candidates.js';
import { scoresOf } from '../place.js';
import { PLACE_WORDS, placeOf, type SharedPlace } from '../spread.js';
import { decisionOf } from '../words.js';
import type { PlanJob } from './jobs.js';

/** What the whole plan says about single members and databases. */
export interface Overview {
  /** When each member is done with all that the plan gives it. */
  readonly busyUntilMs: ReadonlyMap<string, number>;
  readonly jobsByDatabase: ReadonlyMap<string, readonly PlanJob[]>;
}

export function overviewOf(jobs: readonly PlanJob[], assignment: Assignment): Overview {
  const busyUntilMs = new Map<string, number>();
  for (const { member, endMs } of assignment.placed.values()) {
    busyUntilMs.set(member, Math.max(busyUntilMs.get(member) ?? 0, endMs));
  }
  const jobsByDatabase = new Map<string, PlanJob[]>();
  for (const job of jobs) {
    const siblings = jobsByDatabase.get(job.subject.databaseGuid);
    if (siblings) siblings.push(job);
    else jobsByDatabase.set(job.subject.databaseGuid, [job]);
  }
  return { busyUntilMs, jobsByDatabase };
}

/** The decision about one backup in words, seen from the whole plan: how long each member is busy in it, and who makes the other backups. */
export function decisionInPlan(
  { subject, question, candidates }: PlanJob,
  { busyUntilMs, jobsByDatabase }: Overview,
  assignment: Assignment,
  context: PlacementContext,
): PlacementDecision {
  const placed = assignment.placed.get(subject.taskId);
  const chosen = candidates.find(({ copy }) => copy.member === placed?.member);
  const scores = new Map(
    [...scoresOf(question, candidates, context)].map(([member, score]) => {
      const freeAtMs = member === placed?.member ? placed.startMs : (busyUntilMs.get(member) ?? score.freeAtMs);
      return [member, { ...score, freeAtMs }];
    }),
  );
  const against = new Map<string, string>();
  for (const other of jobsByDatabase.get(subject.databaseGuid) ?? []) {
    const taken = assignment.placed.get(other.subject.taskId)?.member;
    if (other.subject.taskId === subject.taskId || taken === undefined) continue;
    const { spread } = question;
    for (const { copy } of candidates) {
      const makes = `makes backup ${other.subject.copyNumber} of this database in this run`;
      if (copy.member === taken) against.set(taken, makes);
      else if (spread !== 'member' && nameOf(context, spread, copy.member) === nameOf(context, spread, taken))
        against.set(
          copy.member,
          `shares ${placeInWords(context, spread, taken)} with ${memberName(context.world, taken)}, which ${makes}`,
        );
    }
  }
  return decisionOf({ question, candidates, chosen, scores, against });
}

function nameOf({ world }: PlacementContext, place: SharedPlace, member: string): string | null {
  return placeOf(place, world.members.get(member));
}

function placeInWords(context: PlacementContext, place: SharedPlace, member: string): string {
  const name = nameOf(context, place, member);
  return name === null ? `a ${PLACE_WORDS[place]} that is not known` : `${PLACE_WORDS[place]} ${name}`;
}

export function bindingInWords(
  { binding }: Assignment,
  jobs: readonly PlanJob[],
  context: PlacementContext,
): readonly string[] {
  return binding.map(({ kind, name }) => {
    switch (kind) {
      case 'member':
        return `${memberName(context.world, name)} has work until the end`;
      case 'limit':
        return `the limit of ${name} is used up until the end`;
      case 'longestJob': {
        const job = jobs.find(({ subject }) => subject.taskId === name);
        return `${job?.subject.databaseName ?? name} alone takes that long`;
      }
      default: {
        const unknown: never = kind;
        throw new Error(`unknown binding ${String(unknown)}`);
      }
    }
  });
}
