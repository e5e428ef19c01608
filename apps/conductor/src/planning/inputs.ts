import type { BackupType, CopyView, DatabaseView, MemberView } from '#contracts';
import { Map as IMap } from 'immutable';
import type { QueueLimits } from '#eligibility';
import type { Drain } from '../domain/maintenance/maintenance.state.js';
import { worldOf } from '../domain/world.js';
import type { Capacity, PlacementContext } from './candidates.js';

/** One member as a decision saw it. */
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

/** What a decision was made from, beside what the run's own history tells: stored with it, so that it can be made again long afterwards. */
export interface DecisionInputs {
  readonly databases: readonly DatabaseView[];
  readonly members: readonly MemberInput[];
  readonly observationMaxAgeMs: number;
  readonly queueLimits: QueueLimits;
}

export interface LookedAt {
  /** The databases decided about, with the members of all their copies. */
  readonly databases: Iterable<string>;
  /** Members beside those. */
  readonly members: Iterable<string>;
  readonly backupType: BackupType;
}

export function inputsOf(
  { databases: guids, members, backupType }: LookedAt,
  context: PlacementContext,
): DecisionInputs {
  const { world, observationMaxAgeMs, queueLimits } = context;
  const databases = [...new Set(guids)].toSorted().flatMap((guid) => world.databases.get(guid) ?? []);
  const ids = new Set([...databases.flatMap(({ copies }) => copies.map(({ member }) => member)), ...members]);
  return {
    databases: databases.map(seenDatabase),
    members: [...ids].toSorted().map((id) => memberInput(id, backupType, context)),
    observationMaxAgeMs,
    queueLimits,
  };
}

function memberInput(id: string, type: BackupType, context: PlacementContext): MemberInput {
  const view = context.world.members.get(id);
  return {
    id,
    view: view ? seenMember(view) : null,
    isAlive: context.isAlive(id),
    openBytes: context.openBytes(id),
    activeDatabases: context.world.activeCounts.get(id, 0),
    capacity: context.capacity(id, type),
    drain: context.drainOf(id) ?? null,
  };
}

/** Without what no rule and no score looks at: a run stores thousands of them. */
function seenDatabase(view: DatabaseView): DatabaseView {
  const { edbPath: _edbPath, logPath: _logPath, allowFileRestore: _mayBeOverwritten, ...database } = view;
  return { ...database, copies: database.copies.map(seenCopy) };
}

function seenCopy(copy: CopyView): CopyView {
  return { ...copy, suspendComment: null };
}

function seenMember(view: MemberView): MemberView {
  const { volumes: _volumes, ...member } = view;
  return {
    ...member,
    exchangeVersion: null,
    client: { ...member.client, version: null },
    agent: { state: member.agent.state, version: null, reportAgeMs: null },
    warnings: [],
  };
}

/** The context that was: what is decided on it, at the moment of the event, is what was decided then. */
export function contextFrom({
  databases,
  members,
  observationMaxAgeMs,
  queueLimits,
}: DecisionInputs): PlacementContext {
  const byId = new Map(members.map((member) => [member.id, member]));
  const known = (id: string): MemberInput => {
    const found = byId.get(id);
    if (!found) throw new Error(`the decision was made without a look at member ${id}`);
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
