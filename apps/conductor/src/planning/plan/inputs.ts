import type { BackupType, DatabaseView, MemberView } from '#contracts';
import { Map as IMap } from 'immutable';
import type { QueueLimits } from '#eligibility';
import type { Drain } from '../../domain/maintenance/maintenance.state.js';
import type { BackupOrder } from '../../domain/run.events.js';
import { worldOf } from '../../domain/world.js';
import type { Capacity, PlacementContext } from '../candidates.js';

/** One member as the plan saw it. */
export interface MemberInput {
  readonly id: string;
  /** Null: the inventory told of copies there and of nothing else. */
  readonly view: MemberView | null;
  readonly isAlive: boolean;
  readonly openBytes: number;
  readonly activeDatabases: number;
  readonly capacity: Capacity;
  readonly drain: Drain | null;
}

/** Everything that a plan was made from, beside the order itself: stored with it, so that it can be made again and explained long afterwards. */
export interface PlanInputs {
  readonly databases: readonly DatabaseView[];
  readonly members: readonly MemberInput[];
  readonly observationMaxAgeMs: number;
  readonly queueLimits: QueueLimits;
}

export function inputsOf(guids: ReadonlySet<string>, order: BackupOrder, context: PlacementContext): PlanInputs {
  const { world, observationMaxAgeMs, queueLimits } = context;
  const databases = [...guids].toSorted().flatMap((guid) => world.databases.get(guid) ?? []);
  const ids = new Set([
    ...databases.flatMap(({ copies }) => copies.map(({ member }) => member)),
    ...order.excludeMembers,
    ...order.preferMembers,
  ]);
  return {
    databases,
    members: [...ids].toSorted().map((id) => memberInput(id, order.backupType, context)),
    observationMaxAgeMs,
    queueLimits,
  };
}

function memberInput(id: string, type: BackupType, context: PlacementContext): MemberInput {
  return {
    id,
    view: context.world.members.get(id) ?? null,
    isAlive: context.isAlive(id),
    openBytes: context.openBytes(id),
    activeDatabases: context.world.activeCounts.get(id, 0),
    capacity: context.capacity(id, type),
    drain: context.drainOf(id) ?? null,
  };
}

/** The context that was: `makePlan` on it, at the moment of the event, gives the plan that was made. */
export function contextFrom({ databases, members, observationMaxAgeMs, queueLimits }: PlanInputs): PlacementContext {
  const byId = new Map(members.map((member) => [member.id, member]));
  const known = (id: string): MemberInput => {
    const found = byId.get(id);
    if (!found) throw new Error(`the plan was made without a look at member ${id}`);
    return found;
  };
  const world = worldOf(
    databases,
    members.flatMap(({ view }) => view ?? []),
  );
  return {
    world: { ...world, activeCounts: IMap(members.map(({ id, activeDatabases }) => [id, activeDatabases])) },
    isAlive: (id) => known(id).isAlive,
    openBytes: (id) => known(id).openBytes,
    capacity: (id) => known(id).capacity,
    drainOf: (id) => known(id).drain ?? undefined,
    observationMaxAgeMs,
    queueLimits,
  };
}
