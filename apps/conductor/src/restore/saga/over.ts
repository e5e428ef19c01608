import { memberName } from '../../domain/world.js';
import { isSuspended, passivesOf, type Observation } from '../observation.js';
import type { OverTarget } from '../restore.events.js';
import { liveSteps, type RestoreTaskState } from '../restore.state.js';
import { awaitActive } from './active-away.js';
import { givenUpBecause, hasTouched, lastRestore, mayHaveWritten } from './history.js';
import { attempt, holdersOf, keyOf, lookMove, waitForOthers } from './look.js';
import { isLeftOut, suspendCommentOf, wait, type Move, type SagaContext, type StepOrder } from './move.js';
import { objectionTo } from './objections.js';
import { reseedMove } from './reseed.js';

/**
 * The way to a restored database, from wherever Exchange says that it is now: nothing is taken from memory but what was
 * written to the files. So a restart, a failover between two steps, and a step carried out twice all lead here again.
 */
export function forwardOver(task: RestoreTaskState, target: OverTarget, context: SagaContext): Move {
  if (task.status === 'reseeding') return reseedMove(task, target, context);
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  const seen = task.observed;
  if (!task.isFresh || seen === null) return lookMove(task, context, target);
  const isTouched = hasTouched(task);
  if (!isTouched) {
    const objection = objectionTo(task, target, seen, context);
    if (objection) return objection;
  }
  const active = seen.activeMember;
  if (active === null)
    return comesBack(task, target, context, 'no-active-copy', `${target.name} has no active copy now`);
  const away = awaitActive(task, target, seen, context);
  if (away) return away;
  const restored = lastRestore(task);
  // A database that moved after it was restored is active with the content of before: it is restored where it is now.
  if (restored?.member === active) return backToUsers(task, target, seen, active, context);
  return prepareAndRestore(task, target, seen, active, context);
}

function prepareAndRestore(
  task: RestoreTaskState,
  target: OverTarget,
  seen: Observation,
  active: string,
  context: SagaContext,
): Move {
  const forward = (member: string, step: StepOrder['step']): Move =>
    tryForward(task, context, {
      member,
      purpose: 'forward',
      step,
      databaseGuid: target.guid,
      databaseName: target.name,
    });
  const open = passivesOf(seen).filter((copy) => !isSuspended(copy) && !isLeftOut(copy, context));
  if (target.onMember !== null && target.onMember !== active && !mayHaveWritten(task)) {
    if (open.some(({ member }) => member === target.onMember))
      return changeAt(task, target, active, context, (member) =>
        forward(member, { kind: 'moveActive', toMember: target.onMember ?? active }),
      );
    const where = `${memberName(context.world, active)} instead of ${memberName(context.world, target.onMember)}`;
    return {
      kind: 'turnBack',
      status: 'failed',
      reason: `${target.name} became active on ${where} after its copies were suspended`,
    };
  }
  const comment = suspendCommentOf(context.runId);
  const [next] = open;
  if (next)
    return changeAt(task, target, active, context, (member) =>
      forward(member, { kind: 'suspendCopy', copyMember: next.member, comment }),
    );
  if (seen.mounted !== false)
    return changeAt(task, target, active, context, (member) => forward(member, { kind: 'dismount' }));
  if (seen.allowFileRestore !== true)
    return changeAt(task, target, active, context, (member) => forward(member, { kind: 'allowFileRestore' }));
  if (!context.isAlive(active)) return agentOfActive(task, target, active, context);
  const { databaseName: sourceDatabaseName, objects } = task;
  return forward(active, { kind: 'restoreBackup', sourceDatabaseName, objects });
}

function backToUsers(
  task: RestoreTaskState,
  target: OverTarget,
  seen: Observation,
  active: string,
  context: SagaContext,
): Move {
  const forward = (member: string, kind: 'mount' | 'forbidFileRestore'): Move =>
    tryForward(task, context, {
      member,
      purpose: 'forward',
      step: { kind },
      databaseGuid: target.guid,
      databaseName: target.name,
    });
  if (seen.mounted !== true) return changeAt(task, target, active, context, (member) => forward(member, 'mount'));
  if (seen.allowFileRestore !== false)
    return changeAt(task, target, active, context, (member) => forward(member, 'forbidFileRestore'));
  return { kind: 'reseed' };
}

/** A step on the way there that was given up turns the task back, unless the files were written to: then there is no way back. */
export function tryForward(task: RestoreTaskState, context: SagaContext, order: StepOrder): Move {
  const because = givenUpBecause(task, keyOf(order), context.settings);
  if (because === undefined) return attempt(task, context, order);
  if (mayHaveWritten(task)) return { kind: 'attention', reason: because };
  return { kind: 'turnBack', status: 'failed', reason: because };
}

/** Changes to the database as a whole can be made from every member that holds a copy; the active one's first. */
function changeAt(
  task: RestoreTaskState,
  target: OverTarget,
  active: string,
  context: SagaContext,
  order: (member: string) => Move,
): Move {
  const member = holdersOf(context.world, task, target.guid).find((holder) => context.isAlive(holder));
  return member === undefined ? agentOfActive(task, target, active, context) : order(member);
}

/** Only the active copy can be restored, so the agent beside it is needed. It may be that the database moves away from it. */
function agentOfActive(task: RestoreTaskState, target: OverTarget, active: string, context: SagaContext): Move {
  const reason = `the agent of ${memberName(context.world, active)}, where ${target.name} is active, does not answer`;
  return comesBack(task, target, context, 'agent-silent', reason);
}

/** After a long wait in vain, what was done is undone from elsewhere: only then may Exchange activate another copy. */
export function comesBack(
  task: RestoreTaskState,
  target: OverTarget,
  context: SagaContext,
  blockedBy: string,
  reason: string,
): Move {
  const waiting = waitForOthers(task, context, blockedBy, reason);
  if (waiting.kind === 'attention' && !mayHaveWritten(task)) return { kind: 'turnBack', status: 'failed', reason };
  return waiting.kind === 'wait' ? lookAgain(task, target, context, blockedBy, reason) : waiting;
}

/** Waits, and reads the state now and then: the change that is waited for may be one that nobody tells of. */
export function lookAgain(
  task: RestoreTaskState,
  target: { readonly guid: string; readonly name: string },
  context: SagaContext,
  blockedBy: string,
  reason: string,
): Move {
  const last = task.steps.findLast(({ purpose }) => purpose === 'look');
  const isDue = context.nowMs - (last?.endedAtMs ?? 0) >= context.settings.lookEveryMs;
  const isToldOf = task.blockedBy === blockedBy && task.reason === reason;
  if (!isDue || !isToldOf) return wait(blockedBy, reason);
  const look = lookMove(task, context, target);
  return look.kind === 'order' ? look : wait(blockedBy, reason);
}
