import type { DatabaseView } from '#contracts';
import { expected, rateKey } from '../../planning/assignment/index.js';
import type { Capacity, PlacementContext, PlacementQuestion, SharedLimit } from '../../planning/candidates.js';
import { loadOf } from '../indexes/loads.js';
import { limitOf, startGapMs } from '../maintenance/limits.js';
import { liveAttempt, type AttemptState, type RunState, type TaskState } from '../run.state.js';
import { slotsOf, slotText, type Slot } from '../slots.js';
import type { World } from '../world.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';

export function placementContext(draft: Draft, context: Context): PlacementContext {
  return {
    world: context.world,
    isAlive: (member) => context.isAlive(member),
    openBytes: (member) => loadOf(draft.state, member).openBytes,
    capacity: capacityOf(draft, context),
    observationMaxAgeMs: context.settings.observationMaxAgeMs,
    queueLimits: context.settings.queueLimits,
    drainOf: (member) => draft.state.maintenance.drains.get(member),
  };
}

/** Looked up once for each member of a decision: a plan asks for every copy. */
function capacityOf(draft: Draft, { settings, throughput, world }: Context): PlacementContext['capacity'] {
  const { maintenance } = draft.state;
  const known = new Map<string, Capacity>();
  return (member, type) => {
    const key = rateKey(member, type);
    const found = known.get(key) ?? {
      bytesPerSecond: expected(throughput, member, type).bytesPerSecond,
      streams: limitOf(maintenance, settings, 'member', member) ?? settings.parallelPerMember,
      startGapMs: startGapMs(maintenance, settings, member),
      within: sharedBy(member, world, (slot) => limitOf(maintenance, settings, slot.scope, slot.name)),
    };
    known.set(key, found);
    return found;
  };
}

/** The limits of the places that a member's backups count in, beside the member itself and its volumes. */
function sharedBy(member: string, world: World, limitIn: (slot: Slot) => number | null): readonly SharedLimit[] {
  return slotsOf(member, world.members.get(member), null).flatMap((slot) => {
    const streams = slot.scope === 'member' ? null : limitIn(slot);
    return streams === null ? [] : [{ name: slotText(slot), streams }];
  });
}

export function questionFor(run: RunState, task: TaskState, database: DatabaseView): PlacementQuestion {
  return {
    database,
    bytes: task.sizeBytes,
    backupType: run.order.backupType,
    copyPreference: run.order.copyPreference,
    excludeMembers: new Set(run.order.excludeMembers),
    preferMembers: new Set(run.order.preferMembers),
    takenMembers: takenMembers(run, task),
    spread: run.order.spread,
    copyNumber: task.copyNumber,
    failedMembers: new Set(task.attempts.filter(speaksAgainstMember).map((attempt) => attempt.member)),
    followActive: task.nextReason === 'failover' && run.order.onFailover === 'followActive',
  };
}

/** Members of the other backups of this database in the run: queued, at work, or done. */
function takenMembers(run: RunState, task: TaskState): ReadonlySet<string> {
  const taken = new Set<string>();
  for (const siblingId of run.tasksByDatabase.get(task.databaseGuid, [])) {
    const sibling = run.tasks.get(siblingId);
    if (!sibling || siblingId === task.taskId) continue;
    const member = sibling.status === 'pending' ? sibling.member : memberOfEffort(sibling);
    if (member) taken.add(member);
  }
  return taken;
}

function memberOfEffort(task: TaskState): string | undefined {
  return task.status === 'succeeded' ? task.attempts.at(-1)?.member : liveAttempt(task)?.member;
}

/** A move of the database says nothing against the member whose backup it broke. */
function speaksAgainstMember(attempt: AttemptState): boolean {
  return attempt.outcome !== null && attempt.superseded === null && attempt.failure?.type !== 'database.moved';
}
