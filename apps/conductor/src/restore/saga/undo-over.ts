import { isSuspended, type Observation } from '../observation.js';
import type { OverTarget } from '../restore.events.js';
import { liveSteps, type RestoreTaskState } from '../restore.state.js';
import { givenUpBecause, hasTouched, mayHaveWritten } from './history.js';
import { attempt, holdersOf, keyOf, lastProblem, lookMove, silent } from './look.js';
import { suspendCommentOf, type Move, type SagaContext, type StepOrder } from './move.js';

/**
 * The way back to how the database was before, in the reverse order of the way there: forbid, mount, resume. A step that is given
 * up does not keep the next one from being taken; what is left in the end is a person's. Only before files were written.
 */
export function undoOver(task: RestoreTaskState, target: OverTarget, context: SagaContext): Move {
  if (liveSteps(task).length > 0) return { kind: 'underWay' };
  const back = task.turnedBack ?? { status: 'failed' as const, reason: 'turned back' };
  if (!hasTouched(task)) return { kind: 'end', status: back.status, reason: `${back.reason}; nothing was touched` };
  // The order to restore may have been on its way when the task turned back.
  if (mayHaveWritten(task)) return { kind: 'attention', reason: back.reason };
  const seen = task.observed;
  if (!task.isFresh || seen === null) return lookMove(task, context, target);
  const leftovers = leftoversOf(task, seen, context.runId);
  for (const step of leftovers) {
    const member = holdersOf(context.world, task, target.guid).find((holder) => context.isAlive(holder));
    if (member === undefined)
      return silent(task, context, `no agent answers that could undo the restore of ${target.name}`);
    const order: StepOrder = { member, purpose: 'undo', step, databaseGuid: target.guid, databaseName: target.name };
    if (givenUpBecause(task, keyOf(order), context.settings) === undefined) return attempt(task, context, order);
  }
  if (leftovers.length > 0)
    return {
      kind: 'attention',
      reason: `${back.reason}; it could not be undone: ${lastProblem(task) ?? 'for an unknown reason'}`,
    };
  return { kind: 'end', status: back.status, reason: `${back.reason}; everything is as it was before` };
}

/** What of this run is still in Exchange, in the order in which it is to be undone. */
export function leftoversOf(
  { baseline }: Pick<RestoreTaskState, 'baseline'>,
  seen: Observation,
  runId: string,
): readonly StepOrder['step'][] {
  const comment = suspendCommentOf(runId);
  return [
    ...(seen.allowFileRestore !== false && baseline?.allowFileRestore !== true
      ? [{ kind: 'forbidFileRestore' as const }]
      : []),
    ...(seen.mounted !== true && baseline?.mounted === true ? [{ kind: 'mount' as const }] : []),
    ...seen.copies
      .filter((copy) => copy.suspendComment === comment && isSuspended(copy))
      .map(({ member }) => ({ kind: 'resumeCopy' as const, copyMember: member, comment })),
  ];
}
