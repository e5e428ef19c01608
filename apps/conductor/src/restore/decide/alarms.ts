import type { AlarmKind } from '#contracts';
import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { remainingCommands } from '../remaining.js';
import { isOpenTask, type AlarmState, type RestoreRunState, type RestoreTaskState } from '../restore.state.js';
import { hasAchievedSince, hasTouched, isOthersTurn, stuckSinceMs } from '../saga/history.js';
import type { RestoreInput } from './inputs.js';

/**
 * Invariant 6: what a restore has changed is never left without somebody being told. A task that is stuck in the middle has an alarm as
 * long as it is stuck; one that is over and left something has one until a person acknowledges it.
 */
export function tendAlarms(draft: Draft, context: Context, runId: string, taskId: string): void {
  const run = draft.state.restores.get(runId);
  const task = run?.tasks.get(taskId);
  if (!run || !task) return;
  const standing = [...run.alarms.values()].filter((alarm) => alarm.taskId === taskId);
  const stalled = standing.find(({ kind }) => kind === 'stalled');
  if (stalled && (!isOpenTask(task) || hasGoneOn(task, stalled)))
    draft.emit({ type: 'AlarmCleared', runId, alarmId: stalled.alarmId });
  if (stalled || !isOpenTask(task) || !hasTouched(task) || !isStuck(task, context)) return;
  const commands = remainingCommands(task, run, context.world, context.settings.restore.spelling);
  raise(draft, run, task, 'stalled', `the restore of ${nameOf(task)} does not get on: ${task.reason}`, commands);
}

/** Waiting for a turn to be reseeded is no standstill: the database is mounted, and others are being reseeded. */
function isStuck(task: RestoreTaskState, { nowMs, settings }: Context): boolean {
  if (task.blockedBy === 'reseed-slots') return false;
  const sinceMs = stuckSinceMs(task);
  return sinceMs !== null && nowMs - sinceMs >= settings.restore.alarmAfterMs;
}

/**
 * Something was brought about since, data is being moved, or what is waited for now comes by itself. That somebody answers again, that the task
 * turned back, or that a step is tried once more is not enough: all of it may be in vain.
 */
function hasGoneOn(task: RestoreTaskState, { raisedAtMs }: AlarmState): boolean {
  const sinceMs = stuckSinceMs(task);
  if (sinceMs === null) return true;
  if (sinceMs <= raisedAtMs) return false;
  return (task.blockedBy !== null && !isOthersTurn(task.blockedBy)) || hasAchievedSince(task, raisedAtMs);
}

/** In the same decision as the end of the task, so that there is no moment without it. */
export function raiseAttention(
  draft: Draft,
  run: RestoreRunState,
  task: RestoreTaskState,
  reason: string,
  commands: readonly string[],
): void {
  raise(draft, run, task, 'attention', `a person must finish the restore of ${nameOf(task)}: ${reason}`, commands);
}

function raise(
  draft: Draft,
  run: RestoreRunState,
  task: RestoreTaskState,
  kind: AlarmKind,
  text: string,
  commands: readonly string[],
): void {
  const { runId } = run;
  const { taskId } = task;
  const alarmId = `${runId}.${(draft.state.restores.get(runId) ?? run).alarmsRaised + 1}`;
  draft.emit({ type: 'AlarmRaised', runId, taskId, alarmId, kind, text, commands });
}

function nameOf({ target, databaseName }: RestoreTaskState): string {
  return target.kind === 'files' || target.name === databaseName ? databaseName : `${databaseName} into ${target.name}`;
}

/** A stalled one is over when the restore goes on, and not before: acknowledging it would only hide it. */
export function onAlarmAcknowledged(draft: Draft, input: Extract<RestoreInput, { type: 'AlarmAcknowledged' }>): void {
  const { alarmId, by, note } = input;
  const run = draft.state.restores.find(({ alarms }) => alarms.has(alarmId));
  if (run?.alarms.get(alarmId)?.kind !== 'attention') return;
  draft.emit({ type: 'AlarmAcknowledged', runId: run.runId, alarmId, by, note });
}
