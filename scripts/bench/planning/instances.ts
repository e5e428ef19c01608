import {
  assign,
  type AssignmentLimit,
  type AssignmentProblem,
} from '../../../apps/conductor/src/planning/assignment/index.js';
import { seeded } from '../../../apps/conductor/src/planning/assignment/seeded.js';

export interface Shape {
  readonly members: number;
  readonly databases: number;
  readonly copies: number;
}

/** Members of one DAG differ in speed, or are all alike. */
export type Series = 'speeds' | 'equal';

export interface Database {
  readonly id: string;
  readonly gigabytes: number;
  /** Members by number: all that hold a copy that may be backed up. */
  readonly eligible: readonly number[];
}

export interface Instance {
  readonly shape: Shape;
  /** Gigabytes per second. */
  readonly speeds: readonly number[];
  readonly databases: readonly Database[];
  /** What members share. Absent: nothing. */
  readonly limits?: readonly AssignmentLimit[];
}

const MEDIAN_GB = 300;
const SIGMA = 0.8;
const LARGEST_GB = 2_000;
const SLOWEST = 0.7;
const FASTEST = 1.3;
/** Where there are four copies, the last one is lagged and never backed up. */
const COPIES_WITH_A_LAGGED_ONE = 4;
/** What a member of speed 1 moves in a second. */
const UNIT_GB_PER_S = 0.2;

export function nameOf({ members, databases, copies }: Shape): string {
  return `${members}x${databases}x${copies}`;
}

export function instanceOf(shape: Shape, series: Series, seed: number): Instance {
  const random = seeded(seed * 1_000_003 + shape.members * 10_007 + shape.databases * 101 + shape.copies);
  const speeds = Array.from({ length: shape.members }, () => {
    const drawn = SLOWEST + (FASTEST - SLOWEST) * random();
    return series === 'speeds' ? drawn * UNIT_GB_PER_S : UNIT_GB_PER_S;
  });
  const databases = Array.from({ length: shape.databases }, (_, index) => ({
    id: `DB${String(index + 1).padStart(5, '0')}`,
    gigabytes: Math.min(LARGEST_GB, MEDIAN_GB * Math.exp(SIGMA * normal(random))),
    eligible: copiesOf(shape, random).slice(0, shape.copies < COPIES_WITH_A_LAGGED_ONE ? shape.copies : -1),
  }));
  return { shape, speeds, databases };
}

/** Different members at random: what DAGs look like after some years of moves and added servers. */
function copiesOf({ members, copies }: Shape, random: () => number): readonly number[] {
  const all = Array.from({ length: members }, (_, index) => index);
  for (let index = 0; index < copies; index += 1) {
    const other = index + Math.floor(random() * (members - index));
    [all[index], all[other]] = [all[other], all[index]];
  }
  return all.slice(0, copies);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function durationMs(instance: Instance, database: Database, member: number): number {
  return (database.gigabytes / instance.speeds[member]) * 1_000;
}

export function problemOf(instance: Instance): AssignmentProblem {
  return {
    members: instance.speeds.map((_, member) => ({ id: memberId(member), streamsFreeAtMs: [0] })),
    jobs: instance.databases.map((database) => ({
      id: database.id,
      options: database.eligible.map((member) => ({
        member: memberId(member),
        durationMs: durationMs(instance, database, member),
      })),
    })),
    limits: instance.limits ?? [],
  };
}

/** The same with one storage server behind half of the members, which takes half as many sessions as they could have. */
export function behindStorageServer(instance: Instance): Instance {
  const members = instance.speeds.slice(0, instance.speeds.length / 2).map((_, member) => memberId(member));
  const streams = Math.max(1, Math.floor(members.length / 2));
  return { ...instance, limits: [{ name: 'storage server SP1', streams, members }] };
}

export function memberId(member: number): string {
  return `EX${String(member + 1).padStart(5, '0')}`;
}

/** The member that the planner chooses for each database. */
export function plannedMembers(instance: Instance): readonly number[] {
  const { placed } = assign(problemOf(instance));
  return instance.databases.map(({ id }) => Number(placed.get(id)?.member.slice(2)) - 1);
}
