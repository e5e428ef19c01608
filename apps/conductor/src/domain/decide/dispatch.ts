import { candidatesOf } from '../../planning/candidates.js';
import { loadOf, queueOf, taskOf, type TaskKey } from '../conductor.state.js';
import type { AttemptReason, DatabaseView } from '#contracts';
import type { RunState, TaskState } from '../run.state.js';
import { memberName } from '../world.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext, questionFor } from './question.js';

/** Tasks looked at for one member in one decision; what is left has its turn at the next tick. */
const TURNS_MAX = 1_000;

/** Sends what the member's limits allow, in the order of its queue; what has become ineligible goes elsewhere. */
export function dispatchOn(draft: Draft, context: Context, member: string): void {
  // Each turn takes one task out of this queue, to its agent or to another place.
  for (let turn = 0; turn < TURNS_MAX && hasRoom(draft, context, member); turn += 1) {
    const key = firstUnlocked(draft, member);
    if (!key) return;
    tryDispatch(draft, context, key, member);
  }
}

function hasRoom(draft: Draft, context: Context, member: string): boolean {
  const { parallelPerMember, startGapMs } = context.settings;
  const load = loadOf(draft.state, member);
  const gapPassed = load.lastDispatchAtMs === null || context.nowMs - load.lastDispatchAtMs >= startGapMs;
  return load.liveAttempts < parallelPerMember && gapPassed;
}

/** Exchange backs up a database once at a time; a task whose database is at work elsewhere lets the next one pass. */
function firstUnlocked(draft: Draft, member: string): TaskKey | undefined {
  for (const key of queueOf(draft.state, member)) {
    const task = taskOf(draft.state, key);
    if (!task || draft.state.liveByDatabase.has(task.databaseGuid)) continue;
    // Invariant 7: its place in the queue is kept until the restore is over.
    if (!draft.state.restoreLocks.has(task.databaseGuid)) return key;
  }
  return undefined;
}

function tryDispatch(draft: Draft, context: Context, key: TaskKey, member: string): void {
  const run = draft.state.runs.get(key.runId);
  const task = run?.tasks.get(key.taskId);
  if (!run || !task)
    throw new Error(`the queue of ${member} holds task ${key.taskId} of run ${key.runId}, which does not exist`);
  const database = context.world.databases.get(task.databaseGuid);
  const candidate =
    database &&
    candidatesOf(questionFor(run, task, database), placementContext(draft, context)).find(
      ({ copy }) => copy.member === member,
    );
  if (!database || !candidate || candidate.refusal) return continueTask(draft, context, run, task, unchanged(task));
  const number = task.attempts.length + 1;
  draft.emit({
    type: 'TaskDispatched',
    runId: run.runId,
    taskId: task.taskId,
    attempt: {
      attemptId: attemptIdOf(run, task, number),
      number,
      member,
      role: candidate.copy.role,
      reason: task.nextReason,
      reasonText: reasonText(context, task, database, member),
      activeMember: database.activeMember,
    },
  });
}

function attemptIdOf(run: RunState, task: TaskState, number: number): string {
  return `${run.runId}.${task.databaseGuid}.${task.copyNumber}.${number}`;
}

function reasonText(context: Context, task: TaskState, database: DatabaseView, member: string): string {
  const reason: AttemptReason = task.nextReason;
  if (reason === 'planned') return task.reason;
  const role = database.activeMember === member ? 'now active' : 'a passive copy';
  return `${task.nextReasonText}; goes on at ${memberName(context.world, member)} (${role})`;
}
