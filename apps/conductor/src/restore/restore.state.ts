import {
  isFinalRestoreTaskStatus,
  isFinalRunStatus,
  type AlarmKind,
  type Failure,
  type RestoreRequest,
  type RestoreStepOutcome,
  type RestoreTaskStatus,
  type RunStatus,
} from '#contracts';
import { Map as IMap } from 'immutable';
import type { Observation } from './observation.js';
import type { OrderedStep, RestoreEvent, RestoreEventOf, RestoreOrder, RestorePlan } from './restore.events.js';

export interface StepState extends OrderedStep {
  readonly orderedAtMs: number;
  readonly accepted: boolean;
  readonly endedAtMs: number | null;
  /** Null while the step lives. */
  readonly outcome: RestoreStepOutcome | null;
  readonly bytes: string;
  readonly changed: boolean | null;
  /** Of a restore: false where certainly nothing was written. */
  readonly wrote: boolean | null;
  /** Its end told how the database is. */
  readonly hasSeen: boolean;
  readonly failure?: Failure;
}

export interface RestoreTaskState extends RestorePlan {
  readonly status: RestoreTaskStatus;
  readonly reason: string;
  readonly blockedBy: string | null;
  readonly blockedSinceMs: number | null;
  /** As it was before anything was touched; what an undo leads back to. */
  readonly baseline: Observation | null;
  readonly observed: Observation | null;
  /** Nothing was ordered since the last look, and that look succeeded. */
  readonly isFresh: boolean;
  readonly turnedBack: { readonly status: 'failed' | 'cancelled'; readonly reason: string } | null;
  readonly steps: readonly StepState[];
  readonly beganAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly remainingCommands: readonly string[];
}

export interface AlarmState {
  readonly alarmId: string;
  readonly taskId: string;
  readonly kind: AlarmKind;
  readonly text: string;
  readonly commands: readonly string[];
  readonly raisedAtMs: number;
}

export interface RestoreRunState {
  readonly runId: string;
  readonly requestId: string;
  readonly requestedBy: string | null;
  readonly request: RestoreRequest;
  readonly order: RestoreOrder;
  readonly requestedAtMs: number;
  readonly deadlineAtMs: number;
  readonly endedAtMs: number | null;
  readonly status: RunStatus;
  readonly closing: 'cancel' | 'deadline' | null;
  readonly reason: string;
  readonly exitCode: number | null;
  readonly warnings: readonly string[];
  readonly missingMembers: readonly string[];
  readonly tasks: IMap<string, RestoreTaskState>;
  /** The standing ones. */
  readonly alarms: IMap<string, AlarmState>;
  readonly alarmsRaised: number;
  readonly version: number;
}

export function isOpenTask(task: RestoreTaskState): boolean {
  return !isFinalRestoreTaskStatus(task.status);
}

export function isOver(run: RestoreRunState): boolean {
  return isFinalRunStatus(run.status);
}

/** A run with an alarm that nobody acknowledged stays in hand: it must be shown, and found again after a restart. */
export function isClosed(run: RestoreRunState): boolean {
  return isOver(run) && run.alarms.isEmpty();
}

export function liveSteps(task: RestoreTaskState): readonly StepState[] {
  return task.steps.filter(({ outcome }) => outcome === null);
}

/** The database that a task locks against backups and other restores; undefined: none. */
export function lockedDatabase(task: RestoreTaskState): string | undefined {
  if (task.target.kind !== 'over') return undefined;
  return task.status === 'restoring' || task.status === 'reseeding' || task.status === 'undoing'
    ? task.target.guid
    : undefined;
}

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

/** A look that failed and is taken again interrupts no wait: whatever is waited for has not come. */
function isSameWait(before: string | null, now: string): boolean {
  return before === now || (before !== null && (before === 'retry' || now === 'retry'));
}

export function newTask(plan: RestorePlan): RestoreTaskState {
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
