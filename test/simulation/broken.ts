import { failure, type CopyView, type DatabaseView, type LimitScope } from '#contracts';
import { Map as IMap, OrderedSet } from 'immutable';
import type { Conductor } from '../../apps/conductor/src/application/conductor.js';
import { EMPTY_STATE, type ConductorState } from '../../apps/conductor/src/domain/conductor.state.js';
import type { Context } from '../../apps/conductor/src/domain/decide/index.js';
import type { Settings } from '../../apps/conductor/src/domain/settings.js';
import type { World } from '../../apps/conductor/src/domain/world.js';
import { conductorsOf, FAULTS_END_MS, type Fault } from './faults.js';
import { memoryOf } from './memory-of.js';
import { CONDUCTOR } from './settings.js';
import type { ConductorMessage } from './processes/conductor-inbox.js';
import { streamOf } from './surroundings/random.js';

/** A product broken on purpose, to prove that the checker can fail. Nothing of this exists in the product. */
export interface Variant {
  /** The invariant that must be found broken. */
  readonly breaks: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** It shows only where restores are asked for. */
  readonly hasRestores?: boolean;
  /** It shows only where a second conductor stands by; otherwise one seed in four has one. */
  readonly hasStandby?: boolean;
  readonly settings?: Partial<Settings>;
  readonly conductorTickMs?: number;
  /** What would be rare among the faults of a seed, and shows what is broken. */
  readonly moreFaults?: (seed: number, members: readonly string[]) => readonly Fault[];
  readonly isEpochUnchecked?: boolean;
  readonly agent?: {
    readonly isBlindToLock?: boolean;
    readonly isBlindToRecoveries?: boolean;
    readonly forgetsJournal?: boolean;
  };
  readonly breakConductor?: (conductor: Conductor) => void;
  readonly breakMessage?: (message: ConductorMessage, conductor: Conductor) => ConductorMessage;
}

const NEVER_MS = 1_000_000_000;

export const VARIANTS = {
  /** Agents start although Exchange says that a backup is in progress: an orphan of a killed agent meets its successor. */
  'blind-to-the-lock': { breaks: 1, agent: { isBlindToLock: true } },
  /** The conductor gives an attempt up long before its lease is over, and nobody looks at Exchange's lock. */
  'no-lease-margin': { breaks: 1, settings: { leaseMarginMs: -9_000 }, agent: { isBlindToLock: true } },
  /** The conductor does not know which databases are at work already. */
  'no-lock-in-the-conductor': { breaks: 1, breakConductor: withoutLock },
  /** Agents forget their journal with each restart, and take an order that comes again for a new one. */
  'journal-forgotten': {
    breaks: 1,
    agent: { forgetsJournal: true, isBlindToLock: true },
    moreFaults: restartsAndDoubles,
  },
  /** The database takes what a deposed conductor stores, and does not tell it that another leads. */
  'epoch-unchecked': { breaks: 1, hasStandby: true, isEpochUnchecked: true, moreFaults: sleepingLeaders },
  /** Twice as many backups on a member as the operator allows. */
  'limit-ignored': { breaks: 2, settings: { parallelPerMember: 4 } },
  /** Starts on one member as fast as they come. */
  'gap-ignored': { breaks: 2, settings: { startGapMs: 0 } },
  /** A limit of a storage server, as people set it, is noted and never counted in. */
  'storage-server-ignored': {
    breaks: 2,
    breakConductor: withoutLimitsOf('storageServer'),
    moreFaults: onlyOne('storageServer'),
  },
  /** The same with the limit of a site, of the DAG, of everything. */
  'site-ignored': { breaks: 2, breakConductor: withoutLimitsOf('site'), moreFaults: onlyOne('site') },
  'dag-ignored': { breaks: 2, breakConductor: withoutLimitsOf('dag'), moreFaults: onlyOne('dag') },
  'whole-ignored': { breaks: 2, breakConductor: withoutLimitsOf('global'), moreFaults: onlyOne('global') },
  /** Two copies on one volume are read at once. */
  'volume-ignored': { breaks: 2, settings: { parallelPerVolume: null } },
  /** The window of a run is noted, and lets everything start. */
  'window-ignored': { breaks: 2, breakConductor: withOpenWindows },
  /** A drained member gets work like any other. */
  'drain-ignored': { breaks: 4, breakConductor: withoutDrains },
  /** What is said of any attempt of a task counts for the one that lives. */
  'stale-reports-count': { breaks: 3, breakMessage: asIfCurrent },
  /** The conductor sends without looking at the copies. */
  'eligibility-skipped': { breaks: 4, breakConductor: withoutEligibility },
  /** The plan never sees one of the databases. */
  'database-forgotten': { breaks: 5, breakConductor: withoutFirstDatabase },
  /** The conductor takes it for granted that the files of a mounted database cannot be overwritten. */
  'blind-to-allowance': { breaks: 6, hasRestores: true, breakMessage: withoutAllowance },
  /** A restore that is stuck is told of after half an hour. */
  'slow-to-alarm': {
    breaks: 6,
    hasRestores: true,
    settings: { restore: { ...CONDUCTOR.restore, alarmAfterMs: 1_800_000 } },
    moreFaults: longAbsences,
  },
  /** The conductor does not know which databases are being restored. */
  'no-restore-lock': { breaks: 7, hasRestores: true, breakConductor: withoutRestoreLocks },
  /** The conductor takes it for refused that a recovery database was created. */
  'creation-denied': { breaks: 6, hasRestores: true, breakMessage: withoutCreations },
  /** Agents tell of no recovery database that it is mounted, neither to the inventory nor to themselves. */
  'blind-to-recoveries': { breaks: 2, hasRestores: true, agent: { isBlindToRecoveries: true } },
  /** Limits count backups alone, and not the restores beside them. */
  'restores-not-counted': { breaks: 2, hasRestores: true, breakConductor: withoutRestoresAtWork },
  /** Nothing ever happens because time passed. */
  'no-ticks': { breaks: 5, conductorTickMs: NEVER_MS },
} as const satisfies Readonly<Record<string, Variant>>;

export type VariantName = keyof typeof VARIANTS;

export function isVariantName(name: string): name is VariantName {
  return Object.hasOwn(VARIANTS, name);
}

const MORE_FAULTS = 20;
const SLEEPS = 3;
/** Longer than a restore may be stuck without an alarm. */
const ABSENCE_MS = 100_000;

/** One backup at a time in each of these places, from soon after the start. */
function onlyOne(scope: LimitScope): () => readonly Fault[] {
  return () => [{ kind: 'limit', scope, name: null, value: 1, atMs: 1_000, forMs: FAULTS_END_MS }];
}

/** Agents that start anew, and orders that come a second time afterwards. */
function restartsAndDoubles(seed: number, members: readonly string[]): readonly Fault[] {
  const random = streamOf(seed, 8);
  return Array.from({ length: MORE_FAULTS }, (): readonly Fault[] => [
    {
      kind: 'kill',
      process: `agent ${random.pick(members)}`,
      atMs: random.int(0, FAULTS_END_MS),
      downMs: random.int(100, 2_000),
    },
    { kind: 'message', publish: random.int(1, 400), what: 'duplicated', byMs: random.int(1_000, 9_000) },
  ]).flat();
}

/** Leaders that sleep until another leads, and wake up. */
function sleepingLeaders(seed: number): readonly Fault[] {
  const random = streamOf(seed, 9);
  return conductorsOf(seed, true).flatMap((process) =>
    Array.from({ length: SLEEPS }, (): Fault => ({
      kind: 'freeze',
      process,
      atMs: random.int(0, FAULTS_END_MS),
      forMs: random.int(10_000, 20_000),
    })),
  );
}

/** All agents go in the middle of the restores, and come back only when an alarm is long due. */
function longAbsences(seed: number, members: readonly string[]): readonly Fault[] {
  const atMs = streamOf(seed, 10).int(20_000, 60_000);
  return members.map((member): Fault => ({ kind: 'kill', process: `agent ${member}`, atMs, downMs: ABSENCE_MS }));
}

/** Whatever the conductor remembers is changed before it decides from it. */
function withState(conductor: Conductor, changed: (state: ConductorState) => ConductorState): void {
  let state: ConductorState = EMPTY_STATE;
  Object.defineProperty(memoryOf(conductor), 'state', {
    get: () => state,
    set: (next: ConductorState) => {
      state = changed(next);
    },
  });
}

function withoutLock(conductor: Conductor): void {
  withState(conductor, (state) => ({ ...state, liveByDatabase: IMap() }));
}

function withoutLimitsOf(ignored: LimitScope): (conductor: Conductor) => void {
  return (conductor) =>
    withState(conductor, (state) => {
      const limits = state.maintenance.limits.filter(({ scope }) => scope !== ignored);
      return { ...state, maintenance: { ...state.maintenance, limits } };
    });
}

function withOpenWindows(conductor: Conductor): void {
  withState(conductor, (state) => ({
    ...state,
    runs: state.runs.map((run) => ({
      ...run,
      window: run.window && { ...run.window, isOpen: true, mayStart: true, changesAtMs: null },
    })),
  }));
}

function withoutDrains(conductor: Conductor): void {
  withState(conductor, (state) => ({ ...state, maintenance: { ...state.maintenance, drains: IMap() } }));
}

function withoutRestoreLocks(conductor: Conductor): void {
  withState(conductor, (state) => ({ ...state, restoreLocks: IMap() }));
}

function withoutRestoresAtWork(conductor: Conductor): void {
  withState(conductor, (state) => ({ ...state, restoring: OrderedSet() }));
}

function withoutCreations(message: ConductorMessage, conductor: Conductor): ConductorMessage {
  if (message.kind !== 'step' || message.message.kind !== 'stepEnded') return message;
  const { database: _seen, ...data } = message.message.data;
  const task = conductor.standing.restore(data.runId)?.tasks.get(data.taskId);
  const step = task?.steps.find(({ stepId }) => stepId === data.stepId);
  if (step?.step.kind !== 'createRecoveryDatabase') return message;
  const denied = failure('database.exists', 'it cannot be created', { retryable: false });
  return { kind: 'step', message: { kind: 'stepEnded', data: { ...data, outcome: 'refused', failure: denied } } };
}

function withoutAllowance(message: ConductorMessage): ConductorMessage {
  if (message.kind !== 'step' || message.message.kind !== 'stepEnded') return message;
  const { data } = message.message;
  if (data.database?.mounted !== true) return message;
  const database = { ...data.database, allowFileRestore: false };
  return { kind: 'step', message: { kind: 'stepEnded', data: { ...data, database } } };
}

/** Whatever the conductor sees of the world is changed before it decides by it. */
function withWorld(conductor: Conductor, changed: (world: World) => World): void {
  const memory = memoryOf(conductor);
  const contextOf = memory.context.bind(memory);
  memory.context = (nowMs: number): Context => {
    const context = contextOf(nowMs);
    return { ...context, world: changed(context.world) };
  };
}

function withoutEligibility(conductor: Conductor): void {
  withWorld(conductor, rosy);
}

function withoutFirstDatabase(conductor: Conductor): void {
  withWorld(conductor, (world) => {
    const first = [...world.databases.keys()].toSorted()[0];
    return first === undefined ? world : { ...world, databases: world.databases.remove(first) };
  });
}

function rosy(world: World): World {
  return {
    ...world,
    databases: world.databases.map((database): DatabaseView => ({
      ...database,
      mounted: true,
      backupInProgress: false,
      copies: database.copies.map((copy): CopyView => ({
        ...copy,
        ageMs: 0,
        replayLagMs: 0,
        status: copy.role === 'active' ? 'Mounted' : 'Healthy',
      })),
    })),
  };
}

function asIfCurrent(message: ConductorMessage, conductor: Conductor): ConductorMessage {
  if (message.kind !== 'attempt' || message.message.kind !== 'ended') return message;
  const { data } = message.message;
  const current = conductor.standing.run(data.runId)?.tasks.get(data.taskId)?.attempts.at(-1);
  if (!current) return message;
  const { attemptId, member: memberId, number: attempt } = current;
  return { kind: 'attempt', message: { kind: 'ended', data: { ...data, attemptId, attempt, memberId } } };
}
