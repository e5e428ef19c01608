import { memberName } from '../../domain/world.js';
import type { FilesTarget, RemovalTarget } from '../restore.events.js';
import { liveSteps, type RestoreTaskState } from '../restore.state.js';
import { givenUpBecause, succeeded } from './history.js';
import { forwardNew, remove, undoNew } from './fresh-database.js';
import { attempt, keyOf, silent } from './look.js';
import type { Move, SagaContext, StepOrder } from './move.js';
import { forwardOver } from './over.js';
import { undoOver } from './undo-over.js';

/** What a task that has begun does next, from what Exchange said last. Pure: the same state gives the same move. */
export function nextMove(task: RestoreTaskState, context: SagaContext): Move {
  const { target } = task;
  const isUndoing = task.status === 'undoing';
  switch (target.kind) {
    case 'over':
      return isUndoing ? undoOver(task, target, context) : forwardOver(task, target, context);
    case 'new':
      return isUndoing ? undoNew(task, target, context) : forwardNew(task, target, context);
    case 'removal':
      return forwardRemoval(task, target, context);
    case 'files':
      return forwardFiles(task, target, context);
    default: {
      const unknown: never = target;
      throw new Error(`unknown target ${JSON.stringify(unknown)}`);
    }
  }
}

function forwardRemoval(task: RestoreTaskState, target: RemovalTarget, context: SagaContext): Move {
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  if (succeeded(task, 'removeRecoveryDatabase'))
    return { kind: 'end', status: 'succeeded', reason: `the recovery database ${target.name} is removed` };
  if (task.turnedBack) return { kind: 'end', ...task.turnedBack };
  return remove(task, target, 'forward', context, (because) => `${target.name} could not be removed: ${because}`);
}

/** Nothing of Exchange is touched; what is in the folder when it fails is for whoever asked. */
function forwardFiles(task: RestoreTaskState, target: FilesTarget, context: SagaContext): Move {
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  const { member, folder } = target;
  const name = memberName(context.world, member);
  if (succeeded(task, 'restoreFiles'))
    return { kind: 'end', status: 'succeeded', reason: `its files are in ${folder} on ${name}` };
  const incomplete = `what is in ${folder} on ${name} is not complete`;
  if (task.turnedBack)
    return { kind: 'end', status: task.turnedBack.status, reason: `${task.turnedBack.reason}; ${incomplete}` };
  if (!context.isAlive(member)) {
    const waiting = silent(task, context, `the agent of ${name} does not answer`);
    return waiting.kind === 'attention'
      ? { kind: 'end', status: 'failed', reason: `${waiting.reason}; ${incomplete}` }
      : waiting;
  }
  const order: StepOrder = {
    member,
    purpose: 'forward',
    step: { kind: 'restoreFiles', sourceDatabaseName: task.databaseName, objects: task.objects, folder },
    databaseGuid: null,
    databaseName: task.databaseName,
  };
  const because = givenUpBecause(task, keyOf(order), context.settings);
  return because === undefined
    ? attempt(task, context, order)
    : { kind: 'end', status: 'failed', reason: `${because}; ${incomplete}` };
}
