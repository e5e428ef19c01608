import { seededRandom } from '../demo/choose.js';

/** Kill one process at one moment, and start it again a while later, as a service manager would. */
export interface PlannedKill {
  /** After the kill before it, or after the beginning. */
  readonly afterMs: number;
  readonly target: string;
  readonly downMs: number;
}

export interface KillPlanOptions {
  readonly kills: number;
  readonly seed: number;
  /** What may be killed, by the names that the lab knows. */
  readonly targets: readonly string[];
}

/** Short against a backup, so that a second kill often finds the work of the first not yet mended. */
export const GAP_MIN_MS = 300;
export const GAP_MAX_MS = 1_500;
/** From "at once" to beyond the time after which a member counts as silent; most are back soon, as under a service manager. */
export const DOWN_MIN_MS = 100;
export const DOWN_MAX_MS = 8_000;
/** Half of all are down for less than an eighth of the longest time, and one in nine for more than two thirds. */
const DOWN_SKEW = 3;

/** The same seed gives the same plan. Every target has its turn before any has a second one. */
export function planKills({ kills, seed, targets }: KillPlanOptions): readonly PlannedKill[] {
  if (targets.length === 0) throw new Error('there is nothing to kill: the lab named no process');
  const random = seededRandom(seed);
  const between = (min: number, max: number): number => Math.round(min + random() * (max - min));
  const planned: PlannedKill[] = [];
  let bag: readonly string[] = [];
  while (planned.length < kills) {
    if (bag.length === 0) bag = shuffled(targets, random);
    const [target, ...rest] = bag;
    if (target === undefined) throw new Error('a bag that was just filled is empty');
    bag = rest;
    planned.push({
      afterMs: between(GAP_MIN_MS, GAP_MAX_MS),
      target,
      downMs: Math.round(DOWN_MIN_MS + random() ** DOWN_SKEW * (DOWN_MAX_MS - DOWN_MIN_MS)),
    });
  }
  return planned;
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffled(items: readonly string[], random: () => number): readonly string[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [order[last], order[other]];
    if (a === undefined || b === undefined) throw new Error(`no item at ${last} or ${other} of ${order.length}`);
    order[last] = b;
    order[other] = a;
  }
  return order;
}
