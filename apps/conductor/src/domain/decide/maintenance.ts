import { change, gapMemberIn, slotKeyIn } from '../changes.js';
import { taskOf } from '../conductor.state.js';
import { queueOf } from '../indexes/queues.js';
import { limitOf, startGapMs } from '../maintenance/limits.js';
import { drainNotes, drainProblems, limitNotes, limitProblems, limitSettings } from '../maintenance/requests.js';
import { liveAttempt } from '../run.state.js';
import { slotOf } from '../slots.js';
import { memberName } from '../world.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context, Input } from './inputs.js';
import { wake } from './wake.js';

type Asked<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** Other limits count at once. A lower one stops nothing that runs; a higher one wakes what waits for it. */
export function onLimitsChangeRequested(draft: Draft, context: Context, input: Asked<'LimitsChangeRequested'>): void {
  const { requestId, request } = input;
  const requestedBy = request.requestedBy ?? null;
  const changes = limitSettings(request);
  const problems = limitProblems(changes, context.world);
  if (problems.length > 0)
    return draft.emitMaintenance({ type: 'MaintenanceRefused', requestId, requestedBy, problems });
  const before = draft.state.maintenance;
  draft.emitMaintenance({
    type: 'LimitsChanged',
    requestId,
    requestedBy,
    reason: request.reason ?? null,
    changes,
    notes: limitNotes(changes, before, context.settings, context.world),
  });
  const after = draft.state.maintenance;
  const { settings } = context;
  for (const key of draft.state.blockedBy.keys()) {
    const slot = slotKeyIn(key);
    const member = gapMemberIn(key);
    if (slot !== undefined) {
      const { scope, name } = slotOf(slot);
      if (isHigher(limitOf(after, settings, scope, name), limitOf(before, settings, scope, name)))
        wake(draft, context, key);
    } else if (member !== undefined && startGapMs(after, settings, member) < startGapMs(before, settings, member)) {
      wake(draft, context, key);
    }
  }
}

function isHigher(limit: number | null, than: number | null): boolean {
  return (limit ?? Number.POSITIVE_INFINITY) > (than ?? Number.POSITIVE_INFINITY);
}

/** Nothing new goes to the member from now on; what waits in its queue goes elsewhere, or waits for its return. */
export function onMemberDrainRequested(draft: Draft, context: Context, input: Asked<'MemberDrainRequested'>): void {
  const { requestId, request } = input;
  const { member, reason, deadlineMs, stopRunning = false } = request;
  const requestedBy = request.requestedBy ?? null;
  const problems = drainProblems(member, context.world);
  if (problems.length > 0)
    return draft.emitMaintenance({ type: 'MaintenanceRefused', requestId, requestedBy, problems });
  const deadlineAtMs = deadlineMs === undefined ? null : context.nowMs + deadlineMs;
  const notes = drainNotes(member, context.world);
  draft.emitMaintenance({
    type: 'MemberDrained',
    requestId,
    requestedBy,
    member,
    reason,
    deadlineAtMs,
    stopRunning,
    notes,
  });
  leaveQueue(draft, context, member);
  if (stopRunning && deadlineAtMs === null) stopRunningOn(draft, context, member);
}

export function onMemberResumeRequested(draft: Draft, context: Context, input: Asked<'MemberResumeRequested'>): void {
  const { requestId, request } = input;
  const { member } = request;
  const requestedBy = request.requestedBy ?? null;
  if (!draft.state.maintenance.drains.has(member)) {
    const problems = [`member: ${memberName(context.world, member)} is not drained; "dagctl limits show" lists drains`];
    return draft.emitMaintenance({ type: 'MaintenanceRefused', requestId, requestedBy, problems });
  }
  draft.emitMaintenance({ type: 'MemberResumed', requestId, requestedBy, member });
  wake(draft, context, change.drain(member));
  draft.dirtyMembers.add(member);
}

/** What still runs at the deadline of a drain is stopped and goes on elsewhere, where that was asked for. */
export function followDrains(draft: Draft, context: Context): void {
  for (const drain of draft.state.maintenance.drains.values()) {
    const { member, deadlineAtMs, isDeadlinePassed, stopRunning, requestId, requestedBy } = drain;
    if (isDeadlinePassed || deadlineAtMs === null || context.nowMs < deadlineAtMs) continue;
    const stillRunning = liveOn(draft, member).length;
    draft.emitMaintenance({
      type: 'DrainDeadlinePassed',
      requestId,
      requestedBy,
      member,
      stillRunning,
      stopRunning,
    });
    if (stopRunning) stopRunningOn(draft, context, member);
  }
}

function leaveQueue(draft: Draft, context: Context, member: string): void {
  for (const key of queueOf(draft.state, member)) {
    const run = draft.state.runs.get(key.runId);
    const task = taskOf(draft.state, key);
    if (run && task) continueTask(draft, context, run, task, unchanged(task));
  }
}

function liveOn(draft: Draft, member: string) {
  return [...draft.state.liveByAttempt.values()].filter((ref) => ref.member === member);
}

function stopRunningOn(draft: Draft, context: Context, member: string): void {
  const reason = `${memberName(context.world, member)} is drained: ${draft.state.maintenance.drains.get(member)?.reason}`;
  for (const { runId, taskId, attemptId } of liveOn(draft, member)) {
    const task = taskOf(draft.state, { runId, taskId });
    if (!task || liveAttempt(task)?.superseded !== null) continue;
    draft.emit({ type: 'AttemptSuperseded', runId, taskId, attemptId, because: 'drain', reason });
  }
}
