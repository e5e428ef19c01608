import { memberName } from '../../domain/world.js';
import type { ObservedCopy, Observation } from '../observation.js';
import type { OverTarget } from '../restore.events.js';
import { liveSteps, type RestoreTaskState } from '../restore.state.js';
import { awaitActive } from './active-away.js';
import { givenUpBecause, keyOfReseed, lastRestore, mayBeReseeded, reseedsOf, retryAtMs } from './history.js';
import { keyOf, lastProblem, lookMove, silent } from './look.js';
import { lookAgain, tryForward } from './over.js';
import { isLeftOut, suspendCommentOf, wait, type Move, type SagaContext, type StepOrder } from './move.js';

/** A copy that was reseeded and failed is reseeded once more, not for ever. */
const RESEEDS_PER_COPY_MAX = 2;
/** How long Exchange has to mount a database that was mounted already, before the saga does. */
const MOUNT_AFTER_MS = 30_000;
const NOT_MOUNTED = 'not-mounted';
const FAILED: ReadonlySet<string> = new Set(['Failed', 'FailedAndSuspended', 'Suspended']);
const HEALTHY: ReadonlySet<string> = new Set(['Healthy', 'DisconnectedAndHealthy']);

/** The passive copies are made anew from the restored one, several at once, then everything is verified by reading. */
export function reseedMove(task: RestoreTaskState, target: OverTarget, context: SagaContext): Move {
  const seen = task.observed;
  const restored = lastRestore(task)?.member;
  if (seen === null || restored === undefined) return lookMove(task, context, target);
  const source = seen.activeMember !== null && holdsContent(task, seen.activeMember) ? seen.activeMember : restored;
  const live = liveSteps(task);
  if (live.some(({ purpose }) => purpose === 'look')) return { kind: 'underWay' };
  if (live.length === 0) {
    if (!task.isFresh) return lookMove(task, context, target);
    const away = awaitActive(task, target, seen, context);
    if (away) return away;
    // Nothing can be copied from a database that is not mounted.
    if (seen.mounted === false) return mountAgain(task, target, source, context);
  }
  const due = seen.copies.filter(
    (copy) => copy.member !== source && !isLeftOut(copy, context) && isDue(task, copy, context),
  );
  for (const copy of due) {
    const { member } = copy;
    const step = stepFor(task, copy, context);
    if (step.kind === 'reseedCopy' && !context.mayReseed(source, member)) continue;
    const executor = [member, source].find((each) => context.isAlive(each));
    if (executor === undefined) continue;
    const order = orderOf(target, executor, step);
    if (retryAtMs(task, keyOf(order), context.settings) <= context.nowMs) return { kind: 'order', order };
  }
  if (live.length > 0) return { kind: 'underWay' };
  const [first] = due;
  if (first) return whyNotYet(task, first, source, context);
  return verify(task, target, seen, context);
}

/** While Exchange moves a database, that is dismounted for some seconds, and mounting it is Exchange's. */
function mountAgain(task: RestoreTaskState, target: OverTarget, source: string, context: SagaContext): Move {
  const waitedMs = task.blockedBy === NOT_MOUNTED ? context.nowMs - (task.blockedSinceMs ?? context.nowMs) : 0;
  if (waitedMs >= MOUNT_AFTER_MS) return change(task, target, source, { kind: 'mount' }, context);
  const reason = `${target.name} is not mounted; Exchange may be moving it`;
  return lookAgain(task, target, context, NOT_MOUNTED, reason);
}

/** The copy was restored, or made anew from one that was. */
function holdsContent(task: RestoreTaskState, member: string): boolean {
  return lastRestore(task)?.member === member || reseedsOf(task, member).length > 0;
}

/** Needs a reseed that neither runs nor was given up. */
function isDue(task: RestoreTaskState, { member, status }: ObservedCopy, { settings }: SagaContext): boolean {
  if (liveSteps(task).some(({ step }) => 'copyMember' in step && step.copyMember === member)) return false;
  if (givenUpBecause(task, keyOfReseed(member), settings) !== undefined) return false;
  if (!holdsContent(task, member)) return true;
  return task.isFresh && FAILED.has(status) && reseedsOf(task, member).length < RESEEDS_PER_COPY_MAX;
}

/**
 * A copy that was away until now may look Healthy with the content of before, and agents leave a Healthy one alone: it is suspended
 * first. One that may have been reseeded already is not: it would be made anew twice.
 */
function stepFor(task: RestoreTaskState, { member, status }: ObservedCopy, context: SagaContext): StepOrder['step'] {
  const suspend = {
    kind: 'suspendCopy',
    copyMember: member,
    comment: suspendCommentOf(context.runId),
  } as const;
  const isStale = HEALTHY.has(status) && !mayBeReseeded(task, member);
  const key = { kind: suspend.kind, purpose: 'forward', copyMember: member } as const;
  return isStale && givenUpBecause(task, key, context.settings) === undefined
    ? suspend
    : { kind: 'reseedCopy', copyMember: member };
}

function whyNotYet(task: RestoreTaskState, copy: ObservedCopy, source: string, context: SagaContext): Move {
  const { member } = copy;
  const name = memberName(context.world, member);
  if (!context.mayReseed(source, member))
    return wait('reseed-slots', `the copy on ${name} is reseeded when other reseeds have ended`);
  const executor = [member, source].find((each) => context.isAlive(each));
  if (executor !== undefined)
    return wait('retry', `the copy on ${name} is reseeded again soon: ${lastProblem(task) ?? 'it came to nothing'}`);
  return silent(task, context, `neither the agent of ${name} nor that of ${memberName(context.world, source)} answers`);
}

/** The end: what the saga set is gone, and every copy is Healthy, by a look that was taken after everything. */
function verify(task: RestoreTaskState, target: OverTarget, seen: Observation, context: SagaContext): Move {
  const { settings, world, nowMs, runId } = context;
  const active = seen.activeMember;
  if (active === null || !holdsContent(task, active)) {
    const where = active === null ? 'no member' : memberName(world, active);
    return {
      kind: 'attention',
      reason: `${target.name} is active on ${where}, whose copy does not have the restored content`,
    };
  }
  if (seen.mounted !== true) return change(task, target, active, { kind: 'mount' }, context);
  if (seen.allowFileRestore !== false) return change(task, target, active, { kind: 'forbidFileRestore' }, context);
  const others = seen.copies.filter(({ member }) => member !== active);
  const passives = others.filter((copy) => !isLeftOut(copy, context));
  const failed = passives.find(({ member }) => !holdsContent(task, member));
  if (failed) {
    const because = givenUpBecause(task, keyOfReseed(failed.member), settings) ?? 'it was not reseeded';
    return {
      kind: 'attention',
      reason: `the copy on ${memberName(world, failed.member)} is not made anew: ${because}`,
    };
  }
  const comment = suspendCommentOf(runId);
  const ours = passives.find((copy) => copy.suspendComment === comment);
  if (ours) return change(task, target, active, { kind: 'resumeCopy', copyMember: ours.member, comment }, context);
  const ill = passives.find(({ status }) => !HEALTHY.has(status));
  if (!ill) {
    const leftOut = others.flatMap(({ member }) =>
      passives.some((copy) => copy.member === member) || holdsContent(task, member) ? [] : [member],
    );
    return { kind: 'end', status: 'succeeded', reason: successOf(task, passives.length, leftOut, context), leftOut };
  }
  const sinceMs = task.steps.findLast(({ step }) => step.kind === 'reseedCopy')?.endedAtMs ?? nowMs;
  const reason = `the copy on ${memberName(world, ill.member)} is ${ill.status} after its reseed`;
  if (nowMs - sinceMs >= settings.healthyWaitMs) return { kind: 'attention', reason };
  return lookAgain(task, target, context, 'copies-not-healthy', reason);
}

/** At the active copy's member, or at the one whose copy is meant. */
function change(
  task: RestoreTaskState,
  target: OverTarget,
  active: string,
  step: StepOrder['step'],
  context: SagaContext,
): Move {
  const nearest = 'copyMember' in step ? step.copyMember : active;
  const member = [active, nearest].find((each) => context.isAlive(each));
  return member === undefined
    ? silent(task, context, `the agent of ${memberName(context.world, active)} does not answer`)
    : tryForward(task, context, orderOf(target, member, step));
}

function successOf(
  { objects }: RestoreTaskState,
  copies: number,
  leftOut: readonly string[],
  { world }: SagaContext,
): string {
  const [full] = objects;
  const chain = objects.length > 1 ? ` and the ${objects.length - 1} that follow it` : '';
  const healthy =
    copies === 0 ? '' : copies === 1 ? '; the other copy is Healthy' : `; the ${copies} other copies are Healthy`;
  const names = leftOut.map((member) => memberName(world, member)).join(', ');
  const missing = leftOut.length === 0 ? '' : `; left out, and to be reseeded by hand: the copy on ${names}`;
  return `restored from the ${full?.backupType ?? 'full'} of ${full?.startedAt ?? 'an unknown time'}${chain}${healthy}${missing}`;
}

function orderOf(target: OverTarget, member: string, step: StepOrder['step']): StepOrder {
  return { member, purpose: 'forward', step, databaseGuid: target.guid, databaseName: target.name };
}
