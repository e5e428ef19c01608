import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { restoresAtWork } from '../../domain/indexes/restores-at-work.js';
import { limitOf } from '../../domain/maintenance/limits.js';
import { slotKey, slotsOf, slotText, type Slot } from '../../domain/slots.js';
import { memberName, type World } from '../../domain/world.js';
import { isOpenTask, memberOf, type RestoreRunState, type RestoreTaskState } from '../restore.state.js';
import { restoresBySlot, slotsOfRestore } from '../sessions.js';

export interface Blocked {
  readonly blockedBy: string;
  readonly reason: string;
}

/** The storage server that a member restores from, by the same rule as for backups: where none is known, the member is alone. */
export function storageServerOf(member: string, world: World): string {
  return (
    slotsOf(member, world.members.get(member), null).find(({ scope }) => scope === 'storageServer')?.name ?? member
  );
}

/** What keeps a task from beginning, by name; undefined: nothing. */
export function whatBlocks(draft: Draft, context: Context, task: RestoreTaskState): Blocked | undefined {
  const { target } = task;
  if (target.kind === 'over' && draft.state.restoreLocks.has(target.guid))
    return { blockedBy: 'restore-running', reason: `waits: another restore of ${target.name} is running` };
  if (target.kind === 'removal') return beingFilled(draft, target.name);
  const unknown = whatIsUnknown(task, context.world);
  if (unknown) return unknown;
  const restores = restoresBySlot(draft.state, context.world);
  for (const slot of slotsOfRestore(task, context.world)) {
    const blocked = whatFills(draft, context, task, slot, restores.get(slotKey(slot)) ?? 0);
    if (blocked) return blocked;
  }
  if (target.kind === 'new' && target.isRecovery) return recoverySlot(draft, context, task, target.member);
  return undefined;
}

/**
 * Which limits a restore counts in follows from where its member stands. A conductor that took over while the inventory was away does
 * not know that yet, and what it cannot count it does not begin.
 */
function whatIsUnknown(task: RestoreTaskState, world: World): Blocked | undefined {
  const member = memberOf(task, world);
  const isKnown = member === null ? !world.members.isEmpty() : world.members.has(member);
  if (isKnown) return undefined;
  const what = member === null ? task.databaseName : memberName(world, member);
  return { blockedBy: 'picture', reason: `waits until the inventory has told of ${what}` };
}

const BUSY: Readonly<Record<Slot['scope'], string>> = {
  member: 'member-busy',
  storageServer: 'storage-sessions',
  site: 'site-busy',
  dag: 'dag-busy',
  global: 'all-busy',
  volume: 'volume-busy',
};

/**
 * Restores have limits of their own, and share those of backups: a session is a session, whichever way the bytes go. Of a member the
 * larger one counts, so that allowing it more restores than backups means what it says.
 */
function whatFills(
  draft: Draft,
  { settings, world }: Context,
  task: RestoreTaskState,
  slot: Slot,
  restores: number,
): Blocked | undefined {
  const { restoresPerMember, sessionsPerStorageServer } = settings.restore;
  const own =
    slot.scope === 'member' ? restoresPerMember : slot.scope === 'storageServer' ? sessionsPerStorageServer : null;
  const shared = limitOf(draft.state.maintenance, settings, slot.scope, slot.name);
  const limit = shared === null || slot.scope !== 'member' ? shared : Math.max(shared, restoresPerMember);
  const backups = draft.state.used.get(slotKey(slot), 0) - (holdsBackup(draft, task, slot) ? 1 : 0);
  const isFull = (own !== null && restores >= own) || (limit !== null && restores + backups >= limit);
  return isFull ? { blockedBy: BUSY[slot.scope], reason: waitText(slot, world) } : undefined;
}

/** Without numbers: they change all the time, and each change would be an event of every task that waits. */
function waitText(slot: Slot, world: World): string {
  switch (slot.scope) {
    case 'member':
      return `waits for its turn on ${memberName(world, slot.name)}`;
    case 'storageServer':
      return `waits for a free session of the storage server ${slot.name}`;
    default:
      return `waits for its turn: as much as is allowed at once is at work in the ${slotText(slot)}`;
  }
}

/** The backup of the database itself is no hindrance: it ends, or is stopped, before anything is touched. */
function holdsBackup(draft: Draft, { target }: RestoreTaskState, slot: Slot): boolean {
  const live = target.kind === 'over' ? draft.state.liveByDatabase.get(target.guid) : undefined;
  const attempts = live && draft.state.runs.get(live.runId)?.tasks.get(live.taskId)?.attempts;
  return attempts?.at(-1)?.slots.includes(slotKey(slot)) === true;
}

/** What another restore is about to fill is not taken away under its hands. */
function beingFilled(draft: Draft, name: string): Blocked | undefined {
  const isFilled = restoresAtWork(draft.state).some(({ target }) => target.kind === 'new' && target.name === name);
  return isFilled ? { blockedBy: 'restore-running', reason: `waits: the restore into ${name} is running` } : undefined;
}

/** Exchange mounts one recovery database a server (MS-RDB). */
function recoverySlot(draft: Draft, { world }: Context, task: RestoreTaskState, member: string): Blocked | undefined {
  const name = memberName(world, member);
  const mounted = world.databases.find(
    (each) => each.kind === 'recovery' && each.mounted === true && each.copies[0]?.member === member,
  );
  if (mounted)
    return {
      blockedBy: 'recovery-database',
      reason: `waits until the recovery database ${mounted.name} on ${name} is gone`,
    };
  const other = openTasks(draft).find(
    (each) =>
      each.taskId !== task.taskId &&
      each.status !== 'waiting' &&
      each.target.kind === 'new' &&
      each.target.member === member,
  );
  return (
    other && {
      blockedBy: 'recovery-database',
      reason: `waits: ${name} restores ${other.databaseName} into its one recovery database`,
    }
  );
}

function openTasks(draft: Draft): readonly RestoreTaskState[] {
  return [...draft.state.restores.values()].flatMap((run: RestoreRunState) =>
    [...run.tasks.values()].filter(isOpenTask),
  );
}

/** Whether one more copy may be reseeded: few at once, and neither end of two on the same member. */
export function mayReseed(draft: Draft, context: Context, source: string, target: string): boolean {
  const { reseedsAtOnce, reseedsPerMember } = context.settings.restore;
  let total = 0;
  let fromSource = 0;
  let ontoTarget = 0;
  for (const ref of draft.state.liveByStep.values()) {
    const task = draft.state.restores.get(ref.runId)?.tasks.get(ref.taskId);
    const step = task?.steps.at(ref.index)?.step;
    if (!task || step?.kind !== 'reseedCopy') continue;
    total += 1;
    if (memberOf(task, context.world) === source) fromSource += 1;
    if (step.copyMember === target) ontoTarget += 1;
  }
  return total < reseedsAtOnce && fromSource < reseedsPerMember && ontoTarget < reseedsPerMember;
}
