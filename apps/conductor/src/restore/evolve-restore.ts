import { Map as IMap } from 'immutable';
import type { OrderedStep, RestoreEvent, RestoreEventOf, RestorePlan } from './restore.events.js';
import { isOthersTurn } from './saga/history.js';
import { liveSteps, type RestoreRunState, type RestoreTaskState, type StepState } from './restore.state.js';

/** Folds one event into a restore run. Never decides. */
export function evolveRestore(run: RestoreRunState | undefined, event: RestoreEvent): RestoreRunState {
  if (event.type === 'RestoreRequested') return requested(event);
  if (!run) throw new Error(`the history of run ${event.runId} begins with ${event.type} instead of RestoreRequested`);
  return { ...changed(run, event), version: run.version + 1 };
}

function requested(event: RestoreEventOf<'RestoreRequested'>): RestoreRunState {
  const { runId, requestId, requestedBy, request, order, deadlineAtMs } = event;
  return {
    runId,
    requestId,
    requestedBy,
    request,
    order,
    requestedAtMs: event.atMs,
    deadlineAtMs,
    endedAtMs: null,
    status: 'collecting',
    closing: null,
    reason: 'collecting the state of every member and the catalogue of backups',
    exitCode: null,
    warnings: [],
    missingMembers: [],
    tasks: IMap(),
    alarms: IMap(),
    alarmsRaised: 0,
    version: 1,
  };
}

function changed(run: RestoreRunState, event: Exclude<RestoreEvent, { type: 'RestoreRequested' }>): RestoreRunState {
  switch (event.type) {
    case 'RestoreRefused':
      return { ...run, status: 'failed', reason: event.reason, exitCode: event.exitCode, endedAtMs: event.atMs };
    case 'RestorePlanned':
      return {
        ...run,
        status: run.closing ? 'cancelling' : 'running',
        reason: 'running',
        warnings: event.warnings,
        missingMembers: event.missingMembers,
        tasks: IMap(event.tasks.map((plan) => [plan.taskId, newTask(plan)])),
      };
    case 'RestoreTaskBegan':
      return withTask(run, event.taskId, (task) => ({
        ...unblocked(task),
        status: 'restoring',
        reason: 'begins',
        beganAtMs: event.atMs,
      }));
    case 'RestoreTaskBlocked':
      return withTask(run, event.taskId, (task) => ({
        ...task,
        reason: event.reason,
        blockedBy: event.blockedBy,
        blockedSinceMs: isSameWait(task.blockedBy, event.blockedBy) ? task.blockedSinceMs : event.atMs,
      }));
    case 'RestoreStepOrdered':
      return withTask(run, event.taskId, (task) => ({
        // A look in vain leaves a task as blocked as it was, and for as long.
        ...(event.step.purpose === 'look' ? task : unblocked(task)),
        isFresh: false,
        steps: [...task.steps, newStep(event.step, event.atMs)],
      }));
    case 'RestoreStepAccepted':
      return withStep(run, event, (step) => ({ ...step, accepted: true }));
    case 'RestoreStepEnded':
      return stepEnded(run, event);
    case 'RestoreTaskReseeding':
      return withTask(run, event.taskId, (task) => ({ ...task, status: 'reseeding' }));
    case 'RestoreTaskTurnedBack':
      return withTask(run, event.taskId, (task) => ({
        ...unblocked(task),
        status: 'undoing',
        reason: event.reason,
        turnedBack: { status: event.status, reason: event.reason },
      }));
    case 'RestoreTaskEnded':
      return withTask(run, event.taskId, (task) => ({
        ...unblocked(task),
        status: event.status,
        reason: event.reason,
        remainingCommands: event.remainingCommands,
        endedAtMs: event.atMs,
      }));
    case 'AlarmRaised': {
      const { alarmId, taskId, kind, text, commands, atMs } = event;
      const alarm = { alarmId, taskId, kind, text, commands, raisedAtMs: atMs };
      return { ...run, alarms: run.alarms.set(alarmId, alarm), alarmsRaised: run.alarmsRaised + 1 };
    }
    case 'AlarmCleared':
    case 'AlarmAcknowledged':
      return { ...run, alarms: run.alarms.remove(event.alarmId) };
    case 'RestoreClosing':
      return {
        ...run,
        status: run.status === 'collecting' ? 'collecting' : 'cancelling',
        closing: event.because,
        reason: event.reason,
      };
    case 'RestoreCompleted':
      return { ...run, status: event.status, exitCode: event.exitCode, reason: event.reason, endedAtMs: event.atMs };
    default: {
      const unknown: never = event;
      throw new Error(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

/**
 * A look that failed and is taken again interrupts no wait: whatever is waited for has not come. Nor does another reason why it is somebody
 * else's turn: a server that is down is one wait, whether nobody answers or a neighbour tells that Exchange does not.
 */
function isSameWait(before: string | null, now: string): boolean {
  if (before === null || before === now) return before === now;
  return before === 'retry' || now === 'retry' || (isOthersTurn(before) && isOthersTurn(now));
}

function newTask(plan: RestorePlan): RestoreTaskState {
  return {
    ...plan,
    status: 'waiting',
    reason: 'planned',
    blockedBy: null,
    blockedSinceMs: null,
    baseline: null,
    observed: null,
    isFresh: false,
    turnedBack: null,
    steps: [],
    beganAtMs: null,
    endedAtMs: null,
    remainingCommands: [],
  };
}

function newStep(step: OrderedStep, atMs: number): StepState {
  return {
    ...step,
    orderedAtMs: atMs,
    accepted: false,
    endedAtMs: null,
    outcome: null,
    bytes: '0',
    changed: null,
    wrote: null,
    hasSeen: false,
  };
}

function unblocked(task: RestoreTaskState): RestoreTaskState {
  return { ...task, blockedBy: null, blockedSinceMs: null };
}

function withTask(
  run: RestoreRunState,
  taskId: string,
  change: (task: RestoreTaskState) => RestoreTaskState,
): RestoreRunState {
  const task = run.tasks.get(taskId);
  if (!task) throw new Error(`restore run ${run.runId} has no task ${taskId}`);
  return { ...run, tasks: run.tasks.set(taskId, change(task)) };
}

function withStep(
  run: RestoreRunState,
  { taskId, stepId }: { readonly taskId: string; readonly stepId: string },
  change: (step: StepState) => StepState,
): RestoreRunState {
  return withTask(run, taskId, (task) => ({
    ...task,
    steps: task.steps.map((step) => (step.stepId === stepId ? change(step) : step)),
  }));
}

/** A look counts as fresh only when no other step of the task is under way that may change what it saw. */
function stepEnded(run: RestoreRunState, event: RestoreEventOf<'RestoreStepEnded'>): RestoreRunState {
  const next = withStep(run, event, (step) => ({
    ...step,
    accepted: true,
    outcome: event.outcome,
    bytes: event.bytes,
    changed: event.changed ?? null,
    wrote: event.wrote ?? null,
    hasSeen: event.observed !== undefined,
    endedAtMs: event.atMs,
    ...(event.failure ? { failure: event.failure } : {}),
  }));
  return withTask(next, event.taskId, (task) => {
    if (!event.observed) return { ...task, isFresh: false };
    return {
      ...task,
      baseline: task.baseline ?? event.observed,
      observed: event.observed,
      isFresh: liveSteps(task).length === 0,
    };
  });
}
