import type { OperatorAction } from './operators.js';
import { Random, streamOf } from './surroundings/random.js';

/** What goes wrong in one simulation. Each is an entry of its own, so that a failing history can be shortened by leaving some out. */
export type Fault =
  | OperatorAction
  | { readonly kind: 'kill'; readonly process: string; readonly atMs: number; readonly downMs: number }
  /** The process dies at its n-th call to the outside: before it has any effect, or after it and before the answer. */
  | {
      readonly kind: 'killAtCall';
      readonly process: string;
      readonly call: number;
      readonly when: 'before' | 'after';
      readonly downMs: number;
    }
  | { readonly kind: 'freeze'; readonly process: string; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'cut'; readonly process: string; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'refuseWrites'; readonly process: string; readonly atMs: number; readonly forMs: number }
  | {
      readonly kind: 'move';
      readonly database: number;
      readonly to: number;
      readonly atMs: number;
      readonly category: 'failover' | 'switchover';
    }
  | { readonly kind: 'loseMember'; readonly member: number; readonly atMs: number }
  | { readonly kind: 'foreignBackup'; readonly database: number; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'clientFails'; readonly session: number }
  /** The n-th publish of the simulation. `lost`: before the broker had it; `unconfirmed`: the broker has it, its sender cannot know. */
  | { readonly kind: 'message'; readonly publish: number; readonly what: 'lost' | 'unconfirmed' }
  | {
      readonly kind: 'message';
      readonly publish: number;
      readonly what: 'duplicated' | 'delayed';
      readonly byMs: number;
    };

export interface FaultSpace {
  readonly members: readonly string[];
  readonly databases: number;
}

/** No fault begins after this moment. */
export const FAULTS_END_MS = 90_000;
const FAULTS_MAX = 14;
const PUBLISHES = 400;
const KINDS = [
  'kill',
  'killAtCall',
  'killAtCall',
  'freeze',
  'cut',
  'refuseWrites',
  'move',
  'move',
  'pingPong',
  'loseMember',
  'foreignBackup',
  'clientFails',
  'messages',
  'messages',
] as const;

/** One seed in four has a second conductor that stands by. */
export function conductorsOf(seed: number, hasStandby = seed % 4 === 1): readonly string[] {
  return hasStandby ? ['conductor', 'standby'] : ['conductor'];
}

const TAKEOVER_FAULTS_MAX = 5;

/** What befalls two conductors beyond the faults of everybody: each takeover is one of them gone, frozen, or unable to write. */
function takeoverFaults(seed: number): readonly Fault[] {
  const conductors = conductorsOf(seed);
  if (conductors.length < 2) return [];
  const random = streamOf(seed, 7);
  return Array.from({ length: random.int(1, TAKEOVER_FAULTS_MAX) }, (): Fault => {
    const process = random.pick(conductors);
    const atMs = random.int(0, FAULTS_END_MS);
    const kind = random.pick(['kill', 'killAtCall', 'freeze', 'freeze', 'cut', 'refuseWrites'] as const);
    switch (kind) {
      case 'kill':
        return { kind: 'kill', process, atMs, downMs: random.int(100, 30_000) };
      case 'killAtCall': {
        const when = random.pick(['before', 'after'] as const);
        return { kind: 'killAtCall', process, call: random.int(1, 250), when, downMs: random.int(100, 15_000) };
      }
      case 'freeze':
        return { kind: 'freeze', process, atMs, forMs: random.int(500, 40_000) };
      case 'cut':
        return { kind: 'cut', process, atMs, forMs: random.int(500, 30_000) };
      case 'refuseWrites':
        return { kind: 'refuseWrites', process, atMs, forMs: random.int(100, 15_000) };
      default: {
        const unknown: never = kind;
        throw new Error(`unknown fault ${String(unknown)}`);
      }
    }
  });
}

/** The faults of a seed. */
export function faultsOf(seed: number, space: FaultSpace): readonly Fault[] {
  const random = streamOf(seed, 1);
  const count = random.int(0, FAULTS_MAX);
  const faults: Fault[] = [];
  for (let index = 0; index < count; index += 1) faults.push(...draw(random, space));
  faults.push(...takeoverFaults(seed));
  const lost = faults.filter((fault) => fault.kind === 'loseMember');
  // One lost member leaves every database a copy; two might leave none, and nothing to check.
  return faults.filter((fault) => fault.kind !== 'loseMember' || fault === lost[0]);
}

function draw(random: Random, { members, databases }: FaultSpace): readonly Fault[] {
  const kind = random.pick(KINDS);
  const atMs = random.int(0, FAULTS_END_MS);
  const agent = `agent ${random.pick(members)}`;
  const process = random.pick(['conductor', 'inventory', agent, agent]);
  const database = random.int(0, databases - 1);
  switch (kind) {
    case 'kill':
      return [{ kind, process, atMs, downMs: random.int(100, 30_000) }];
    case 'killAtCall': {
      const call = random.int(1, process === 'conductor' ? 250 : 60);
      return [{ kind, process, call, when: random.pick(['before', 'after']), downMs: random.int(100, 15_000) }];
    }
    case 'freeze':
      return [{ kind, process, atMs, forMs: random.int(500, 40_000) }];
    case 'cut':
      return [{ kind, process, atMs, forMs: random.int(500, 30_000) }];
    case 'refuseWrites':
      return [{ kind, process, atMs, forMs: random.int(100, 15_000) }];
    case 'move':
      return [{ kind, database, to: random.int(0, 15), atMs, category: random.pick(['failover', 'switchover']) }];
    case 'pingPong': {
      const times = random.int(2, 6);
      const everyMs = random.int(500, 8_000);
      return Array.from({ length: times }, (_, index) => ({
        kind: 'move',
        database,
        to: index,
        atMs: atMs + index * everyMs,
        category: 'failover',
      }));
    }
    case 'loseMember':
      return [{ kind, member: random.int(0, members.length - 1), atMs }];
    case 'foreignBackup':
      return [{ kind, database, atMs, forMs: random.int(1_000, 30_000) }];
    case 'clientFails':
      return [{ kind, session: random.int(1, databases * 2) }];
    case 'messages': {
      const times = random.int(1, 12);
      return Array.from({ length: times }, () => messageFault(random));
    }
    default: {
      const unknown: never = kind;
      throw new Error(`unknown fault ${String(unknown)}`);
    }
  }
}

function messageFault(random: Random): Fault {
  const publish = random.int(1, PUBLISHES);
  const what = random.pick(['lost', 'unconfirmed', 'duplicated', 'delayed'] as const);
  return what === 'lost' || what === 'unconfirmed'
    ? { kind: 'message', publish, what }
    : { kind: 'message', publish, what, byMs: random.int(100, 20_000) };
}
