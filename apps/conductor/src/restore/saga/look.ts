import { memberName, type World } from '../../domain/world.js';
import { copyOn } from '../observation.js';
import type { RestoreTaskState } from '../restore.state.js';
import { hasTouched, retryAtMs, stuckSinceMs, vainTries, type StepKey } from './history.js';
import { wait, type Move, type SagaContext, type StepOrder } from './move.js';

const LOOK: StepKey = { kind: 'readState', purpose: 'look' };

/** Who can be asked about a database, the member with the active copy first. */
export function holdersOf(world: World, task: RestoreTaskState, databaseGuid: string): readonly string[] {
  const known = world.databases.get(databaseGuid);
  const active = task.observed?.activeMember ?? known?.activeMember ?? null;
  const holders = [
    ...(active === null ? [] : [active]),
    ...(task.observed?.copies ?? []).map(({ member }) => member),
    ...(known?.copies ?? []).map(({ member }) => member),
  ];
  return [...new Set(holders)];
}

/** Reads the database's state at whoever answers; where that was in vain, at the next one: Exchange may be down beside one agent alone. */
export function lookMove(
  task: RestoreTaskState,
  context: SagaContext,
  database: { readonly guid: string; readonly name: string },
): Move {
  const holders = holdersOf(context.world, task, database.guid);
  const alive = holders
    .filter((holder) => context.isAlive(holder))
    .toSorted((a, b) => Number(isDown(task, a)) - Number(isDown(task, b)));
  const member = alive[vainTries(task, LOOK).length % alive.length];
  if (member === undefined) {
    const names = holders.map((holder) => memberName(context.world, holder)).join(', ');
    return silent(
      task,
      context,
      `no agent of ${names || 'any member'} answers, so the state of ${database.name} is not known`,
    );
  }
  return attempt(task, context, {
    member,
    purpose: 'look',
    step: { kind: 'readState' },
    databaseGuid: database.guid,
    databaseName: database.name,
  });
}

function isDown({ observed }: RestoreTaskState, member: string): boolean {
  return copyOn(observed, member)?.status === 'ServiceDown';
}

/** Orders a step unless it failed just now. Whether it was given up is the caller's to ask before. */
export function attempt(task: RestoreTaskState, context: SagaContext, order: StepOrder): Move {
  if (order.purpose === 'look' && isTooLong(task, context))
    return outOfPatience(
      task,
      `the state of ${order.databaseName} cannot be read: ${lastProblem(task) ?? 'no answer'}`,
    );
  if (retryAtMs(task, keyOf(order), context.settings) > context.nowMs)
    return wait('retry', `tries again soon: ${lastProblem(task) ?? 'the step before came to nothing'}`);
  return { kind: 'order', order };
}

export function keyOf({ step, purpose }: StepOrder): StepKey {
  return { kind: step.kind, purpose, ...('copyMember' in step ? { copyMember: step.copyMember } : {}) };
}

/** Waits for an agent, but not for ever. */
export function silent(task: RestoreTaskState, context: SagaContext, reason: string): Move {
  return waitForOthers(task, context, 'agent-silent', reason);
}

export function waitForOthers(task: RestoreTaskState, context: SagaContext, blockedBy: string, reason: string): Move {
  return isTooLong(task, context) ? outOfPatience(task, reason) : wait(blockedBy, reason);
}

function isTooLong(task: RestoreTaskState, { nowMs, waitLimitMs }: SagaContext): boolean {
  return nowMs - (stuckSinceMs(task) ?? nowMs) >= waitLimitMs;
}

function outOfPatience(task: RestoreTaskState, reason: string): Move {
  if (hasTouched(task)) return { kind: 'attention', reason };
  return { kind: 'end', status: 'failed', reason: `waited in vain, and nothing was touched: ${reason}` };
}

export function lastProblem(task: RestoreTaskState): string | undefined {
  return task.steps.findLast(({ failure }) => failure !== undefined)?.failure?.message;
}
