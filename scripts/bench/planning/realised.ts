import { assign, lowerBound } from '../../../apps/conductor/src/planning/assignment/index.js';
import { seeded } from '../../../apps/conductor/src/planning/assignment/seeded.js';
import { boundByHighs } from './highs.js';
import {
  behindStorageServer,
  instanceOf,
  nameOf,
  plannedMembers,
  problemOf,
  type Instance,
  type Shape,
} from './instances.js';
import { Playing, type Reality, type Rebalancing } from './playing.js';
import { finishMs } from './rivals.js';
import { spreadOf, type Spread } from './statistics.js';

/** True speeds are off by up to this share. */
const ERROR_SHARE = 0.5;
const FAILOVER_FROM_SHARE = 0.1;
const FAILOVER_UNTIL_SHARE = 0.8;

export interface Realised {
  readonly shape: string;
  /** Realised finish over the bound of one who knows the true speeds, and has no failover. */
  readonly fixed: Spread;
  readonly rebalanced: Spread;
  readonly movesPerRun: Spread;
}

export interface RealisedWithLimit extends Realised {
  /** Re-balanced as if every member stood alone. */
  readonly unaware: Spread;
}

export async function measureRealised(shape: Shape, instances: number): Promise<Realised> {
  const fixed: number[] = [];
  const rebalanced: number[] = [];
  const moves: number[] = [];
  for (let seed = 1; seed <= instances; seed += 1) {
    const instance = instanceOf(shape, 'speeds', seed);
    const choice = plannedMembers(instance);
    const reality = realityOf(instance, finishMs(instance, choice), seed);
    const boundMs = await boundByHighs(problemOf(asTrue(instance, reality)));
    fixed.push(new Playing(instance, choice, reality, 'none').play().finishMs / boundMs);
    const played = new Playing(instance, choice, reality, 'allLimits').play();
    rebalanced.push(played.finishMs / boundMs);
    moves.push(played.moves);
  }
  return {
    shape: nameOf(shape),
    fixed: spreadOf(fixed),
    rebalanced: spreadOf(rebalanced),
    movesPerRun: spreadOf(moves),
  };
}

/** The same with a storage server that cannot take what the members behind it could send. */
export async function measureRealisedWithLimit(shape: Shape, instances: number): Promise<RealisedWithLimit> {
  const ratios: Record<Rebalancing, number[]> = { none: [], membersOnly: [], allLimits: [] };
  const moves: number[] = [];
  for (let seed = 1; seed <= instances; seed += 1) {
    const instance = behindStorageServer(instanceOf(shape, 'speeds', seed));
    const plan = assign(problemOf(instance));
    const choice = instance.databases.map(({ id }) => Number(plan.placed.get(id)?.member.slice(2)) - 1);
    const reality = realityOf(instance, plan.finishMs, seed);
    const { boundMs } = lowerBound(problemOf(asTrue(instance, reality)));
    for (const rebalancing of ['none', 'membersOnly', 'allLimits'] as const) {
      const played = new Playing(instance, choice, reality, rebalancing).play();
      ratios[rebalancing].push(played.finishMs / boundMs);
      if (rebalancing === 'allLimits') moves.push(played.moves);
    }
  }
  return {
    shape: nameOf(shape),
    fixed: spreadOf(ratios.none),
    unaware: spreadOf(ratios.membersOnly),
    rebalanced: spreadOf(ratios.allLimits),
    movesPerRun: spreadOf(moves),
  };
}

function realityOf(instance: Instance, plannedFinishMs: number, seed: number): Reality {
  const random = seeded(seed + 77_777);
  return {
    speedShares: instance.speeds.map(() => 1 - ERROR_SHARE + 2 * ERROR_SHARE * random()),
    failoverAtMs: plannedFinishMs * (FAILOVER_FROM_SHARE + (FAILOVER_UNTIL_SHARE - FAILOVER_FROM_SHARE) * random()),
    which: random(),
    where: random(),
  };
}

function asTrue(instance: Instance, { speedShares }: Reality): Instance {
  return { ...instance, speeds: instance.speeds.map((speed, member) => speed * speedShares[member]) };
}
