import { added, blockOf, ended, newRun, newTask, withAttempt, withTask } from './run.changes.js';
import type { RunEvent, RunEventOf } from './run.events.js';
import type { RunState } from './run.state.js';

/** Folds one event into a run. Never decides, never throws on what `decide` can produce. */
export function evolveRun(run: RunState | undefined, event: RunEvent): RunState {
  if (event.type === 'RunRequested') return newRun(event);
  if (!run) throw new Error(`the history of run ${event.runId} begins with ${event.type} instead of RunRequested`);
  return { ...changed(run, event), version: run.version + 1 };
}

function changed(run: RunState, event: Exclude<RunEvent, { type: 'RunRequested' }>): RunState {
  switch (event.type) {
    case 'RunRefused':
      return { ...run, status: 'failed', reason: event.reason, exitCode: event.exitCode, endedAtMs: event.atMs };
    case 'TaskPlanned':
      return added(run, {
        ...newTask(event.task),
        member: event.member,
        queuedAtMs: event.atMs,
        reason: event.decision.summary,
      });
    case 'TaskUnplaced':
      return added(run, {
        ...newTask(event.task),
        reason: event.reason,
        // The next tick looks for a place again, and says what it waits for if there is none.
        blocked: blockOf({ ...event, wakeAtMs: event.atMs }, event.atMs),
        waitingSinceMs: event.atMs,
      });
    case 'TaskLeftOut':
      return ended(
        added(run, { ...newTask(event.task), status: 'skipped', reason: event.reason, rule: event.rule }),
        'skipped',
        event.leftOut,
      );
    case 'TaskNotNeeded':
      return ended(
        added(run, { ...newTask(event.task), status: 'notNeeded', reason: event.reason, rule: event.rule }),
        'notNeeded',
        undefined,
      );
    case 'RunPlanned':
      return {
        ...run,
        status: run.closing ? 'cancelling' : 'running',
        reason: 'running',
        warnings: event.warnings,
        missingMembers: event.missingMembers,
        knownDatabases: event.knownDatabases,
        excluded: event.excluded,
        plannedAtMs: event.atMs,
        estimate: event.estimate,
      };
    case 'MovesDecided':
      return run;
    case 'TaskReassigned':
      return withTask(run, event.taskId, (task) => ({
        ...task,
        member: event.member,
        queuedAtMs: event.atMs,
        blocked: null,
        nextReason: event.nextReason,
        nextReasonText: event.reason,
        reason: event.decision.summary,
      }));
    case 'TaskRebalanced':
      return withTask(run, event.taskId, (task) => ({
        ...task,
        member: event.member,
        queuedAtMs: event.atMs,
        // What held it up where it was says nothing of where it is.
        blocked: null,
        moves: task.moves + 1,
        movedAtMs: event.atMs,
        reason: event.decision.summary,
      }));
    case 'TaskDispatched':
      return dispatched(run, event);
    case 'AttemptAccepted':
      return withAttempt(run, event, (attempt) => ({ ...attempt, accepted: true }));
    case 'AttemptStarted':
      return withTask(
        withAttempt(run, event, (attempt) => ({ ...attempt, accepted: true, startedAtMs: event.atMs })),
        event.taskId,
        (task) => ({ ...task, status: 'running', waitingSinceMs: null }),
      );
    case 'AttemptSuperseded':
      return withAttempt(run, event, (attempt) => ({ ...attempt, superseded: event.because }));
    case 'AttemptEnded':
      return attemptEnded(run, event);
    case 'DatabaseMoved':
      return { ...run, tally: { ...run.tally, failovers: run.tally.failovers + 1 } };
    case 'AgentLost':
      return { ...run, tally: { ...run.tally, agentsLost: run.tally.agentsLost + 1 } };
    case 'TaskBlocked':
      return withTask(run, event.taskId, (task) => ({ ...task, blocked: blockOf(event, event.atMs) }));
    case 'RunWindowChanged': {
      const { isOpen, mayStart, changesAtMs } = event;
      return { ...run, window: { isOpen, mayStart, changesAtMs, sinceMs: event.atMs } };
    }
    case 'TaskDeferred':
      return withTask(run, event.taskId, (task) => ({
        ...task,
        status: 'pending',
        member: null,
        blocked: blockOf(event, event.isRepeated ? (task.blocked?.sinceMs ?? event.atMs) : event.atMs),
        waitingSinceMs: event.isPatient ? null : (task.waitingSinceMs ?? event.atMs),
        nextReason: event.nextReason,
        nextReasonText: event.cause,
        reason: event.reason,
      }));
    case 'TaskCompleted':
      return ended(
        withTask(run, event.taskId, (task) => ({
          ...task,
          status: event.status,
          reason: event.reason,
          rule: event.rule ?? null,
          blocked: null,
        })),
        event.status,
        event.leftOut,
      );
    case 'RunClosing':
      return { ...run, status: 'cancelling', closing: event.because, reason: event.reason };
    case 'RunCompleted':
      return { ...run, status: event.status, exitCode: event.exitCode, reason: event.reason, endedAtMs: event.atMs };
    default: {
      const unknown: never = event;
      throw new Error(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

function dispatched(run: RunState, event: RunEventOf<'TaskDispatched'>): RunState {
  const before = run.tasks.get(event.taskId)?.attempts.at(-1);
  const rerouted = before !== undefined && before.member !== event.attempt.member;
  const next = withTask(run, event.taskId, (task) => ({
    ...task,
    status: 'dispatched',
    member: event.attempt.member,
    blocked: null,
    reason: event.attempt.reasonText,
    attempts: [
      ...task.attempts,
      {
        ...event.attempt,
        dispatchedAtMs: event.atMs,
        accepted: false,
        startedAtMs: null,
        superseded: null,
        endedAtMs: null,
        outcome: null,
        bytes: '0',
      },
    ],
  }));
  return rerouted ? { ...next, tally: { ...next.tally, reroutes: next.tally.reroutes + 1 } } : next;
}

function attemptEnded(run: RunState, event: RunEventOf<'AttemptEnded'>): RunState {
  const next = withAttempt(run, event, (attempt) => ({
    ...attempt,
    outcome: event.outcome,
    bytes: event.bytes,
    endedAtMs: event.atMs,
    ...(event.failure ? { failure: event.failure } : {}),
  }));
  // The task is pending without a place until the same decision places, defers or completes it.
  return withTask(next, event.taskId, (task) => ({ ...task, status: 'pending', member: null, blocked: null }));
}
