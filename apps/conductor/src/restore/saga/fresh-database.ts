import { memberName } from '../../domain/world.js';
import type { NewTarget } from '../restore.events.js';
import { liveSteps, type RestoreTaskState } from '../restore.state.js';
import { givenUpBecause, lastRestore, sawNothing, succeeded } from './history.js';
import { attempt, keyOf, lookMove, silent } from './look.js';
import type { Move, SagaContext, StepOrder } from './move.js';

/** Into a database that the restore creates: nothing that exists is touched, so the way back is to take it away again. */
export function forwardNew(task: RestoreTaskState, target: NewTarget, context: SagaContext): Move {
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  const { member, name } = target;
  if (!context.isAlive(member))
    return silent(task, context, `the agent of ${memberName(context.world, member)} does not answer`);
  const created = succeeded(task, kindOfCreation(target));
  const guid = created && task.observed?.guid;
  const forward = (step: StepOrder['step'], databaseGuid: string | null): Move => {
    const order: StepOrder = { member, purpose: 'forward', step, databaseGuid, databaseName: name };
    const because = givenUpBecause(task, keyOf(order), context.settings);
    return because === undefined
      ? attempt(task, context, order)
      : { kind: 'turnBack', status: 'failed', reason: because };
  };
  if (!created || guid === undefined) return forward({ kind: kindOfCreation(target) }, null);
  const seen = task.observed;
  const last = task.steps.at(-1);
  if (last && sawNothing(last))
    return {
      kind: 'turnBack',
      status: 'failed',
      reason: `${name} was removed by somebody else in the middle of its restore`,
    };
  if (!task.isFresh || seen === null) return lookMove(task, context, { guid, name });
  if (!lastRestore(task)) {
    if (seen.mounted !== false) return forward({ kind: 'dismount' }, guid);
    if (seen.allowFileRestore !== true) return forward({ kind: 'allowFileRestore' }, guid);
    return forward({ kind: 'restoreBackup', sourceDatabaseName: task.databaseName, objects: task.objects }, guid);
  }
  if (seen.mounted !== true) return forward({ kind: 'mount' }, guid);
  if (seen.allowFileRestore !== false) return forward({ kind: 'forbidFileRestore' }, guid);
  const what = target.isRecovery ? 'recovery database' : 'database';
  return {
    kind: 'end',
    status: 'succeeded',
    reason: `restored into the ${what} ${name} on ${memberName(context.world, member)}, which is mounted`,
  };
}

export function undoNew(task: RestoreTaskState, target: NewTarget, context: SagaContext): Move {
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  const back = task.turnedBack ?? { status: 'failed' as const, reason: 'turned back' };
  if (!mayExist(task, target))
    return { kind: 'end', status: back.status, reason: `${back.reason}; nothing was created` };
  if (succeeded(task, 'removeRecoveryDatabase'))
    return { kind: 'end', status: back.status, reason: `${back.reason}; the recovery database was removed again` };
  if (!succeeded(task, kindOfCreation(target))) {
    const known = whatWasCreated(task, target, context);
    if (known !== 'ours') return known;
  }
  if (!target.isRecovery)
    return {
      kind: 'attention',
      reason: `${back.reason}; the database ${target.name} was created and is not removed by itself`,
    };
  return remove(
    task,
    target,
    'undo',
    context,
    (because) => `${back.reason}; ${target.name} could not be removed: ${because}`,
  );
}

/**
 * Nobody told how the order to create ended. What has the name and is mounted is not this restore's, which never came so far: another
 * one has made it meanwhile, and taking it away would take somebody's data.
 */
function whatWasCreated(task: RestoreTaskState, { name, member }: NewTarget, context: SagaContext): Move | 'ours' {
  const created = task.steps.findLast(
    ({ step }) => step.kind === 'createRecoveryDatabase' || step.kind === 'createDatabase',
  );
  const look = task.steps.findLast(({ purpose, outcome }) => purpose === 'look' && outcome === 'succeeded');
  const back = task.turnedBack ?? { status: 'failed' as const, reason: 'turned back' };
  if (!look || look.number < (created?.number ?? 0)) {
    if (!context.isAlive(member))
      return silent(task, context, `the agent of ${memberName(context.world, member)} does not answer`);
    const step = { kind: 'readState' } as const;
    return attempt(task, context, { member, purpose: 'look', step, databaseGuid: null, databaseName: name });
  }
  if (look.hasSeen && task.observed?.mounted === false) return 'ours';
  const what = look.hasSeen ? `the ${name} that is there was made by another restore` : 'nothing was created';
  return { kind: 'end', status: back.status, reason: `${back.reason}; ${what}` };
}

function mayExist(task: RestoreTaskState, target: NewTarget): boolean {
  return task.steps.some(
    ({ step, outcome }) => step.kind === kindOfCreation(target) && outcome !== 'withdrawn' && outcome !== 'refused',
  );
}

/** Takes a recovery database away; the agent finds one that is gone already and says so. */
export function remove(
  task: RestoreTaskState,
  { name, member }: { readonly name: string; readonly member: string },
  purpose: 'forward' | 'undo',
  context: SagaContext,
  inVain: (because: string) => string,
): Move {
  if (!context.isAlive(member))
    return silent(task, context, `the agent of ${memberName(context.world, member)} does not answer`);
  const databaseGuid = task.target.kind === 'removal' ? task.target.guid : (task.observed?.guid ?? null);
  const order: StepOrder = {
    member,
    purpose,
    step: { kind: 'removeRecoveryDatabase' },
    databaseGuid,
    databaseName: name,
  };
  const because = givenUpBecause(task, keyOf(order), context.settings);
  return because === undefined ? attempt(task, context, order) : { kind: 'attention', reason: inVain(because) };
}

function kindOfCreation({ isRecovery }: NewTarget): 'createRecoveryDatabase' | 'createDatabase' {
  return isRecovery ? 'createRecoveryDatabase' : 'createDatabase';
}
