import type { BackupWindow, LimitScope } from '#contracts';
import { streamOf, type Random } from './surroundings/random.js';

/** What people change while runs go on; taken back after a while. Entries of the same list as the faults, so that it is shortened with them. */
export type OperatorAction =
  | {
      readonly kind: 'limit';
      readonly scope: LimitScope;
      readonly name: string | null;
      readonly value: number;
      readonly atMs: number;
      readonly forMs: number;
    }
  | {
      readonly kind: 'drain';
      readonly member: string;
      readonly atMs: number;
      readonly deadlineMs: number | null;
      readonly stopRunning: boolean;
      readonly forMs: number;
    };

export interface Places {
  readonly members: readonly string[];
  readonly sites: readonly string[];
  readonly storageServers: readonly string[];
  readonly dag: string;
}

const ACTIONS_MAX = 8;
const ACTIONS_END_MS = 100_000;
const SCOPES = ['member', 'member', 'storageServer', 'storageServer', 'site', 'dag', 'global', 'startGap'] as const;

/** Half of the seeds. Nothing is drawn for the others, so that those which once failed keep their story. */
export function hasOperators(seed: number): boolean {
  return [0, 1, 5].includes(seed % 6);
}

export function actionsOf(seed: number, places: Places): readonly OperatorAction[] {
  if (!hasOperators(seed)) return [];
  const random = streamOf(seed, 9);
  return Array.from({ length: random.int(1, ACTIONS_MAX) }, () => {
    const atMs = random.int(2_000, ACTIONS_END_MS);
    const forMs = random.int(2_000, 60_000);
    return random.chance(0.3) ? drain(random, places, atMs, forMs) : limit(random, places, atMs, forMs);
  });
}

function drain(random: Random, { members }: Places, atMs: number, forMs: number): OperatorAction {
  const deadlineMs = random.chance(0.5) ? random.int(1_000, 30_000) : null;
  return { kind: 'drain', member: random.pick(members), atMs, deadlineMs, stopRunning: random.chance(0.5), forMs };
}

function limit(random: Random, places: Places, atMs: number, forMs: number): OperatorAction {
  const scope = random.pick(SCOPES);
  const names = namesOf(scope, places);
  const name = names.length === 0 || random.chance(0.3) ? null : random.pick(names);
  const value = scope === 'startGap' ? random.int(0, 4_000) : random.int(1, scope === 'member' ? 4 : 5);
  return { kind: 'limit', scope, name, value, atMs, forMs };
}

function namesOf(scope: (typeof SCOPES)[number], { members, sites, storageServers, dag }: Places): readonly string[] {
  switch (scope) {
    case 'member':
    case 'startGap':
      return members;
    case 'site':
      return sites;
    case 'storageServer':
      return storageServers;
    case 'dag':
      return [dag];
    case 'global':
      return [];
    default: {
      const unknown: never = scope;
      throw new Error(`unknown limit ${String(unknown)}`);
    }
  }
}

const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A window that opens last stays open for longer than any run lasts. */
const LONG_MINUTES = 25;

/** Two openings after that minute of the day, with a pause between them in which nothing may start. */
export function windowAround(random: Random, minuteOfDay: number): BackupWindow {
  const first = minuteOfDay + random.int(0, 2);
  const close = first + random.int(1, 3);
  const second = close + random.int(1, 2);
  const isEarlyLast = close > first + 1 && random.chance(0.5);
  return {
    timeZone: 'UTC',
    periods: [
      {
        days: EVERY_DAY,
        from: wallTime(first),
        to: wallTime(close),
        ...(isEarlyLast ? { latestStart: wallTime(close - 1) } : {}),
      },
      { days: EVERY_DAY, from: wallTime(second), to: wallTime(second + LONG_MINUTES) },
    ],
    whenClosed: random.pick(['finish', 'stop'] as const),
  };
}

function wallTime(minuteOfDay: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}
