import type { FinalRestoreTaskStatus } from '#contracts';
import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { reconsiderDatabase } from '../../domain/decide/moves.js';
import { change } from '../../domain/changes.js';
import { wake } from '../../domain/decide/wake.js';
import { leftOutCommands, remainingCommands } from '../remaining.js';
import { isOpenTask, lockedDatabase, type RestoreRunState, type RestoreTaskState } from '../restore.state.js';
import { hasTouched } from '../saga/history.js';
import type { Move, SagaContext } from '../saga/move.js';
import { nextMove } from '../saga/next-move.js';
import { raiseAttention, tendAlarms } from './alarms.js';
import { mayReseed, whatBlocks } from './begin.js';
import { closeRestore, completeRestoreIfDone } from './close.js';

/** Moves of one task in one decision; a task that has more is looked at again with the next tick. */
const MOVES_MAX = 100;
/** Rounds over all tasks in one decision: an end may let another task begin, which is rarely more than a few deep. */
const ROUNDS_MAX = 1_000;

/** Lets every restore take what steps it can take now. Ends when a round over all of them changed nothing. */
export function advanceRestores(draft: Draft, context: Context): void {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = draft.events.length;
    for (const { runId } of draft.state.restores.values()) advanceRun(draft, context, runId);
    if (draft.events.length === before) return;
  }
}

function advanceRun(draft: Draft, context: Context, runId: string): void {
  const run = draft.state.restores.get(runId);
  if (!run || run.endedAtMs !== null) return;
  if (context.nowMs >= run.deadlineAtMs) closeRestore(draft, run, 'deadline', 'the deadline of the run has passed');
  for (const { taskId } of run.tasks.values()) {
    advanceTask(draft, context, runId, taskId);
    tendAlarms(draft, context, runId, taskId);
  }
  completeRestoreIfDone(draft, context, runId);
}

function taskNow(
  draft: Draft,
  runId: string,
  taskId: string,
): readonly [RestoreRunState, RestoreTaskState] | undefined {
  const run = draft.state.restores.get(runId);
  const task = run?.tasks.get(taskId);
  return run && task && isOpenTask(task) ? [run, task] : undefined;
}

function advanceTask(draft: Draft, context: Context, runId: string, taskId: string): void {
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    const current = taskNow(draft, runId, taskId);
    if (!current) return;
    const before = draft.events.length;
    const [run, task] = current;
    if (task.status === 'waiting') begin(draft, context, run, task);
    else apply(draft, context, run, task, moveOf(draft, context, run, task));
    if (draft.events.length === before || taskNow(draft, runId, taskId)?.[1].blockedBy) return;
  }
}

function begin(draft: Draft, context: Context, run: RestoreRunState, task: RestoreTaskState): void {
  const { runId, closing } = run;
  if (closing) {
    const status = closing === 'cancel' ? ('cancelled' as const) : ('failed' as const);
    return end(draft, context, run, task, { status, reason: `${run.reason}; nothing was touched` });
  }
  const blocked = whatBlocks(draft, context, task);
  if (blocked) block(draft, run, task, blocked);
  else draft.emit({ type: 'RestoreTaskBegan', runId, taskId: task.taskId });
}

/** Invariant 7: nothing is touched, nor even looked at for good, while a backup of the database lives. */
function moveOf(draft: Draft, context: Context, run: RestoreRunState, task: RestoreTaskState): Move {
  const locked = lockedDatabase(task);
  const backup = locked === undefined ? undefined : draft.state.liveByDatabase.get(locked);
  if (!backup || hasTouched(task)) return nextMove(task, sagaContext(draft, context, run, task));
  if (task.turnedBack)
    return { kind: 'end', status: task.turnedBack.status, reason: `${task.turnedBack.reason}; nothing was touched` };
  if (run.order.onRunningBackup === 'cancel') supersede(draft, backup.runId, backup.taskId, backup.attemptId, task);
  return {
    kind: 'wait',
    blockedBy: 'backup-running',
    reason: `waits for the end of the running backup of ${task.databaseName}`,
  };
}

function supersede(draft: Draft, runId: string, taskId: string, attemptId: string, task: RestoreTaskState): void {
  const attempt = draft.state.runs.get(runId)?.tasks.get(taskId)?.attempts.at(-1);
  if (attempt?.attemptId !== attemptId || attempt.superseded !== null) return;
  const reason = `a restore of ${task.databaseName} was asked for, which does not wait for the backup`;
  draft.emit({ type: 'AttemptSuperseded', runId, taskId, attemptId, because: 'restore', reason });
}

function sagaContext(draft: Draft, context: Context, run: RestoreRunState, task: RestoreTaskState): SagaContext {
  const { target } = task;
  const isConfirmed =
    target.kind === 'over' &&
    run.order.confirm.some(
      (each) => each.toLowerCase() === target.name.toLowerCase() || each.toLowerCase() === target.guid,
    );
  return {
    runId: run.runId,
    nowMs: context.nowMs,
    settings: context.settings.restore,
    waitLimitMs: context.settings.waitLimitMs,
    world: context.world,
    confirmed: new Set(isConfirmed ? [target.guid] : []),
    withoutCopiesOn: run.order.withoutCopiesOn,
    isAlive: (member) => context.isAlive(member),
    mayReseed: (source, member) => mayReseed(draft, context, source, member),
  };
}

function apply(draft: Draft, context: Context, run: RestoreRunState, task: RestoreTaskState, move: Move): void {
  const { runId } = run;
  const { taskId } = task;
  switch (move.kind) {
    case 'underWay':
      return;
    case 'order': {
      const number = task.steps.length + 1;
      const stepId = `${runId}.${task.databaseGuid}.s${number}`;
      return draft.emit({ type: 'RestoreStepOrdered', runId, taskId, step: { stepId, number, ...move.order } });
    }
    case 'wait':
      return block(draft, run, task, move);
    case 'reseed':
      return draft.emit({ type: 'RestoreTaskReseeding', runId, taskId });
    case 'turnBack':
      return draft.emit({ type: 'RestoreTaskTurnedBack', runId, taskId, status: move.status, reason: move.reason });
    case 'end':
      return end(draft, context, run, task, move);
    case 'attention':
      return end(draft, context, run, task, { status: 'needsAttention', reason: move.reason });
    default: {
      const unknown: never = move;
      throw new Error(`unknown move ${JSON.stringify(unknown)}`);
    }
  }
}

function block(
  draft: Draft,
  { runId }: RestoreRunState,
  task: RestoreTaskState,
  { blockedBy, reason }: { readonly blockedBy: string; readonly reason: string },
): void {
  if (task.blockedBy === blockedBy && task.reason === reason) return;
  draft.emit({ type: 'RestoreTaskBlocked', runId, taskId: task.taskId, blockedBy, reason });
}

interface Ending {
  readonly status: FinalRestoreTaskStatus;
  readonly reason: string;
  readonly leftOut?: readonly string[];
}

function end(
  draft: Draft,
  context: Context,
  run: RestoreRunState,
  task: RestoreTaskState,
  { status, reason, leftOut = [] }: Ending,
): void {
  const { runId } = run;
  const { taskId, target } = task;
  const { spelling } = context.settings.restore;
  const commands =
    status === 'needsAttention'
      ? remainingCommands(task, run, context.world, spelling)
      : leftOut.length > 0
        ? leftOutCommands(task, leftOut, run, context.world, spelling)
        : [];
  draft.emit({ type: 'RestoreTaskEnded', runId, taskId, status, reason, remainingCommands: commands });
  if (commands.length > 0 || status === 'needsAttention') raiseAttention(draft, run, task, reason, commands);
  if (target.kind !== 'over') return;
  wake(draft, context, change.lock(target.guid));
  reconsiderDatabase(draft, context, target.guid);
}
