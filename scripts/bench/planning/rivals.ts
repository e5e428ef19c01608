import { seeded } from '../../../apps/conductor/src/planning/assignment/seeded.js';
import { durationMs, type Instance } from './instances.js';

/** The member that does each database, by number. */
export type Choice = readonly number[];

/** Ways of choosing that are in use. */
export const RIVALS: Readonly<Record<string, (instance: Instance, seed: number) => Choice>> = {
  'ordered list': orderedList,
  random: atRandom,
  'even count': evenCount,
  'greedy by bytes': greedyByBytes,
};

/** A list of servers in order of preference, as administrators write it: the first that holds a copy does it. */
function orderedList({ databases }: Instance): Choice {
  return databases.map(({ eligible }) => Math.min(...eligible));
}

function atRandom({ databases }: Instance, seed: number): Choice {
  const random = seeded(seed);
  return databases.map(({ eligible }) => eligible[Math.floor(random() * eligible.length)]);
}

/** The member with the fewest databases so far. */
function evenCount(instance: Instance): Choice {
  return leastLoaded(instance, [...instance.databases.keys()], () => 1);
}

/** The largest first, each to the member with the fewest bytes so far. */
function greedyByBytes(instance: Instance): Choice {
  const { databases } = instance;
  const order = [...databases.keys()].toSorted((a, b) => databases[b].gigabytes - databases[a].gigabytes);
  return leastLoaded(instance, order, (database) => databases[database].gigabytes);
}

function leastLoaded(instance: Instance, order: readonly number[], weightOf: (database: number) => number): Choice {
  const load = instance.speeds.map(() => 0);
  const choice = instance.databases.map(() => 0);
  for (const database of order) {
    const { eligible } = instance.databases[database];
    const chosen = eligible.reduce((best, member) => (load[member] < load[best] ? member : best));
    choice[database] = chosen;
    load[chosen] += weightOf(database);
  }
  return choice;
}

/** When the last member is done. */
export function finishMs(instance: Instance, choice: Choice): number {
  const ends = instance.speeds.map(() => 0);
  for (const [index, database] of instance.databases.entries()) {
    ends[choice[index]] += durationMs(instance, database, choice[index]);
  }
  return Math.max(...ends);
}
