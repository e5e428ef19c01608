import { contradictionsOf } from '../../../apps/conductor/src/planning/contradictions.js';
import type { Drain } from '../../../apps/conductor/src/domain/maintenance/maintenance.state.js';
import { orderOf } from '../../../apps/conductor/src/domain/decide/request.js';
import { makePlan } from '../../../apps/conductor/src/planning/plan/plan.js';
import { NO_QUEUE_LIMITS } from '#eligibility';
import { seeded } from '../../../apps/conductor/src/planning/assignment/seeded.js';
import { worldOf } from '../../../apps/conductor/src/testing/worlds.js';
import { NOW_MS, OBSERVATION_MAX_AGE_MS, anyWorld, type AnyWorld } from './any-world.js';
import type { Fuzzed } from './fuzz.js';
import { worldViolations, type Claim } from './world-inspection.js';

const BYTES_PER_SECOND = 200_000_000;
const VIOLATIONS_MAX = 20;
/** Requests that contradict themselves are refused and count for nothing; there must not be only such. */
const REFUSALS_IN_A_ROW_MAX = 10_000;

/** Plans whole runs over random worlds until so many databases were planned, and looks for anything that a plan must not do. */
export function fuzzWorlds(databaseRunsMin: number): Fuzzed {
  const violations: string[] = [];
  let runs = 0;
  let databaseRuns = 0;
  let placed = 0;
  let refusals = 0;
  for (let seed = 1; databaseRuns < databaseRunsMin && violations.length < VIOLATIONS_MAX; seed += 1) {
    const world = anyWorld(seeded(seed));
    const plan = planOf(world);
    if (!plan) {
      refusals += 1;
      if (refusals > REFUSALS_IN_A_ROW_MAX) throw new Error('the planner refuses whatever it is asked');
      continue;
    }
    refusals = 0;
    runs += 1;
    databaseRuns += world.databases.length;
    placed += plan.claims.filter(({ kind }) => kind === 'placed').length;
    const found = worldViolations(world, plan.claims, plan.excluded);
    violations.push(...found.map((violation) => `world ${seed}: ${violation}`));
  }
  return { what: 'runs', runs, databaseRuns, placed, violations };
}

function planOf(world: AnyWorld): { readonly claims: readonly Claim[]; readonly excluded: ReadonlySet<string> } | null {
  const order = orderOf(world.request, null);
  if (contradictionsOf(order).length > 0) return null;
  const context = {
    world: worldOf(world.members, world.databases),
    isAlive: (member: string) => !world.silent.has(member),
    openBytes: () => 0,
    capacity: (member: string) => ({
      bytesPerSecond: BYTES_PER_SECOND,
      streams: world.streams.get(member) ?? 1,
      startGapMs: world.startGapMs,
    }),
    observationMaxAgeMs: OBSERVATION_MAX_AGE_MS,
    queueLimits: NO_QUEUE_LIMITS,
    drainOf: (member: string) => (world.drained.has(member) ? drainOf(member) : undefined),
  };
  const plan = makePlan(order, context, NOW_MS);
  if (plan.kind === 'refused') return null;
  const claims = plan.tasks.map(({ task: { databaseGuid, copyNumber }, outcome }) => ({
    ...outcome,
    databaseGuid,
    copyNumber,
  }));
  return { claims, excluded: new Set(plan.excluded.flatMap(({ databases }) => databases.map(({ guid }) => guid))) };
}

function drainOf(member: string): Drain {
  return {
    member,
    requestId: 'fuzz',
    requestedBy: null,
    reason: 'new disks',
    sinceMs: NOW_MS,
    deadlineAtMs: null,
    isDeadlinePassed: false,
    stopRunning: false,
  };
}
