import { isFinalTaskStatus, memberIdOf, type RunView, type TaskView } from '#contracts';
import type { DatabaseStatus, WorldStatus } from '../world/index.js';

/** Which fault comes next. Pure: the same view, world and random number give the same choice. */

export interface Situation {
  readonly run: RunView;
  readonly world: WorldStatus;
  /** Ids of members whose agent is dead at the moment. */
  readonly dead: ReadonlySet<string>;
  /** Ids of members that took part in a fault already; others are preferred, so that each fault is seen for itself. */
  readonly touched: ReadonlySet<string>;
  /** Databases that were part of a fault already. */
  readonly struck: ReadonlySet<string>;
  /**
   * True: also the member that reads its own passive copy may become the active one, so that the backup goes on where it was.
   * False: only failovers that take the work to another member.
   */
  readonly anyTarget: boolean;
  /** From 0 to below 1. */
  random(): number;
}

export interface ChosenFailover {
  readonly database: string;
  readonly databaseGuid: string;
  readonly backupMember: string;
  readonly to: string;
}

export interface ChosenKill {
  readonly memberId: string;
  readonly database: string;
  readonly databaseGuid: string;
}

/** A backup beyond this share may end before the fault reaches it. */
const SHARE_MAX = 0.6;

/** A database that is being backed up, and a living member with a copy that may become the active one. */
export function chooseFailover(situation: Situation): ChosenFailover | null {
  const choices = working(situation).flatMap(({ task, database, memberId }): ChosenFailover[] => {
    const targets = possibleTargets(situation, database).filter(
      (target) => situation.anyTarget || memberIdOf(target) !== memberId,
    );
    const to = pick(preferUntouched(targets, situation), situation);
    return to === undefined
      ? []
      : [{ database: task.databaseName, databaseGuid: task.databaseGuid, backupMember: memberId, to }];
  });
  return pick(choices, situation) ?? null;
}

/**
 * A member that is at work on a database which can go on at another living one: so the last one is never taken. A member that holds a database
 * alone is spared where killed agents stay away, as long as there is another.
 */
export function chooseKill(situation: Situation, staysAway: boolean): ChosenKill | null {
  const able = working(situation).filter(
    ({ database, memberId }) =>
      possibleHolders(situation, database).some((holder) => memberIdOf(holder) !== memberId) &&
      !situation.dead.has(memberId),
  );
  const untouched = able.filter(({ memberId }) => !situation.touched.has(memberId));
  const wanted = untouched.length > 0 || !situation.anyTarget ? untouched : able;
  const spared = wanted.filter(({ memberId }) => !staysAway || !holdsAlone(situation.world, memberId));
  const chosen = pick(spared.length > 0 ? spared : wanted, situation);
  return chosen === undefined
    ? null
    : { memberId: chosen.memberId, database: chosen.task.databaseName, databaseGuid: chosen.task.databaseGuid };
}

interface Work {
  readonly task: TaskView;
  readonly database: DatabaseStatus;
  readonly memberId: string;
}

/**
 * Backups of DAG databases that run and, as far as the run has heard, are not nearly done. That they run is Exchange's word: the run hears of an end
 * later, on a slow machine so much later that a fault would find nothing any more.
 */
function working({ run, world, struck }: Situation): readonly Work[] {
  return world.runningBackups.flatMap((backup): Work[] => {
    const database = world.databases.find(({ name }) => name === backup.database);
    const task = run.tasks.find(
      ({ databaseGuid, status }) =>
        databaseGuid.toLowerCase() === database?.guid.toLowerCase() && !isFinalTaskStatus(status),
    );
    if (!database || task?.kind !== 'dag') return [];
    if (struck.has(task.databaseGuid) || database.movingTo !== null || !database.mounted) return [];
    if (Number(task.bytesDone) > SHARE_MAX * database.sizeBytes) return [];
    return [{ task, database, memberId: memberIdOf(backup.member) }];
  });
}

/** Members whose passive copy Exchange would take, and whose agent can then go on with the backup. */
function possibleTargets(situation: Situation, database: DatabaseStatus): readonly string[] {
  return possibleHolders(situation, database).filter((member) => member !== database.activeMember);
}

function possibleHolders({ world, dead }: Situation, database: DatabaseStatus): readonly string[] {
  const able = new Set(
    world.members
      .filter((each) => each.hasClient && !each.stopped && !dead.has(memberIdOf(each.name)))
      .map((each) => each.name),
  );
  return database.copies
    .filter((copy) => able.has(copy.member) && copy.replayLagMs === 0 && ['Healthy', 'Mounted'].includes(copy.status))
    .map((copy) => copy.member);
}

function holdsAlone(world: WorldStatus, memberId: string): boolean {
  return world.databases.some(
    (database) => database.kind !== 'recovery' && database.copies.every((copy) => memberIdOf(copy.member) === memberId),
  );
}

function preferUntouched(members: readonly string[], { touched }: Situation): readonly string[] {
  const fresh = members.filter((member) => !touched.has(memberIdOf(member)));
  return fresh.length > 0 ? fresh : members;
}

function pick<Item>(items: readonly Item[], { random }: Situation): Item | undefined {
  return items[Math.floor(random() * items.length)];
}

/** Numbers from 0 to below 1 that follow from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
