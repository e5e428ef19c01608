import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { slotsOf } from '../../domain/slots.js';
import { memberName, type World } from '../../domain/world.js';
import { isOpenTask, type RestoreRunState, type RestoreTaskState } from '../restore.state.js';
import { lastRestore } from '../saga/history.js';

export interface Blocked {
  readonly blockedBy: string;
  readonly reason: string;
}

/** The member whose disks and client a task uses. */
export function memberOf(task: RestoreTaskState, world: World): string | null {
  if (task.target.kind !== 'over') return task.target.member;
  const { guid, onMember } = task.target;
  return task.observed?.activeMember ?? onMember ?? world.databases.get(guid)?.activeMember ?? null;
}

/** Restores that move data to the member, or are about to: reseeding is a stage of its own, and not counted here. */
function atWork(draft: Draft, count: (task: RestoreTaskState) => boolean): number {
  let atWorkNow = 0;
  for (const run of draft.state.restores.values())
    for (const task of run.tasks.values()) if (holdsSlot(task) && count(task)) atWorkNow += 1;
  return atWorkNow;
}

/** Once its bytes are there, the next restore may begin while Exchange mounts this one. */
function holdsSlot(task: RestoreTaskState): boolean {
  return task.status === 'undoing' || (task.status === 'restoring' && lastRestore(task) === undefined);
}

/** A database that moved after it was restored is restored once more, when nothing else is being restored where it is now. */
export function mayRestore(draft: Draft, { settings }: Context, member: string): boolean {
  let live = 0;
  for (const ref of draft.state.liveByStep.values()) {
    const step = draft.state.restores.get(ref.runId)?.tasks.get(ref.taskId)?.steps.at(ref.index);
    if (step?.member === member && step.step.kind === 'restoreBackup') live += 1;
  }
  return live < settings.restore.restoresPerMember;
}

/** The storage server that a member restores from, by the same rule as for backups: where none is known, the member is alone. */
export function storageServerOf(member: string, world: World): string {
  return (
    slotsOf(member, world.members.get(member), null).find(({ scope }) => scope === 'storageServer')?.name ?? member
  );
}

function isOnServer(task: RestoreTaskState, server: string, world: World): boolean {
  const member = memberOf(task, world);
  return member !== null && storageServerOf(member, world) === server;
}

/** What keeps a task from beginning, by name; undefined: nothing. */
export function whatBlocks(draft: Draft, context: Context, task: RestoreTaskState): Blocked | undefined {
  const { world, settings } = context;
  const { restoresPerMember, sessionsPerStorageServer } = settings.restore;
  const { target } = task;
  if (target.kind === 'over' && draft.state.restoreLocks.has(target.guid))
    return { blockedBy: 'restore-running', reason: `waits: another restore of ${target.name} is running` };
  if (target.kind === 'removal') return undefined;
  const member = memberOf(task, world);
  if (member !== null && atWork(draft, (other) => memberOf(other, world) === member) >= restoresPerMember)
    return { blockedBy: 'member-busy', reason: `waits for its turn on ${memberName(world, member)}` };
  const server = member === null ? null : storageServerOf(member, world);
  if (server !== null && atWork(draft, (other) => isOnServer(other, server, world)) >= sessionsPerStorageServer)
    return { blockedBy: 'storage-sessions', reason: `waits for a free session of the storage server ${server}` };
  if (target.kind === 'new' && target.isRecovery) return recoverySlot(draft, context, task, target.member);
  return undefined;
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
