import { candidatesOf } from '../../planning/candidates.js';
import type { DispatchContext, DispatchRule, DispatchVerdict } from '../../dispatch/dispatch-rule.js';
import { DISPATCH_RULES } from '../../dispatch/rules/index.js';
import type { ConductorState } from '../conductor.state.js';
import { loadOf } from '../indexes/loads.js';
import { queueOf, rankOf } from '../indexes/queues.js';
import type { AttemptReason, DatabaseView } from '#contracts';
import { limitOf, startGapMs } from '../maintenance/limits.js';
import { mayStartAt, type RunState, type TaskState } from '../run.state.js';
import { slotKey, slotsOf, type Slot } from '../slots.js';
import { memberName } from '../world.js';
import { continueTask, unchanged } from './continue-task.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';
import { placementContext, questionFor } from './question.js';
import { restoresBySlot } from '../../restore/sessions.js';

/** Tasks sent or moved in one decision; far above what fits into any. What is left has its turn with the next picture. */
const TURNS_MAX = 100_000;

/** The task whose turn it is on a member. */
interface Turn {
  readonly member: string;
  readonly run: RunState;
  readonly task: TaskState;
  readonly slots: readonly Slot[];
  readonly rank: number;
}

/**
 * Sends what the limits allow on the members that may have room or new work. Members that share a limit take their turns by the rank of
 * the task that is next there, whichever member was looked at first.
 */
export function dispatchAll(draft: Draft, context: Context): void {
  const line: Turn[] = [];
  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    for (const member of draft.takeDirty()) queueUp(line, nextTurn(draft, context, member));
    const first = line.shift();
    if (!first) return;
    // What was sent since may have taken the slots that were free when it queued up.
    const turn = nextTurn(draft, context, first.member);
    if (!turn) continue;
    if (turn.task.taskId !== first.task.taskId || turn.run.runId !== first.run.runId) queueUp(line, turn);
    else {
      dispatch(draft, context, turn);
      draft.dirtyMembers.add(turn.member);
    }
  }
}

function queueUp(line: Turn[], turn: Turn | undefined): void {
  if (!turn || line.some(({ member }) => member === turn.member)) return;
  const behind = line.findIndex(({ rank }) => rank > turn.rank);
  line.splice(behind < 0 ? line.length : behind, 0, turn);
}

/** The first task of a member's queue that no rule refuses; each one refused on the way is noted as blocked, and by what. */
function nextTurn(draft: Draft, context: Context, member: string): Turn | undefined {
  const rules = dispatchContext(draft.state, context);
  for (const key of queueOf(draft.state, member)) {
    const run = draft.state.runs.get(key.runId);
    const task = run?.tasks.get(key.taskId);
    if (!run || !task)
      throw new Error(`the queue of ${member} holds task ${key.taskId} of run ${key.runId}, which does not exist`);
    // The whole run waits for its window: it says so itself, and is woken as a whole.
    if (run.window && !mayStartAt(run.window, context.nowMs)) continue;
    const slots = slotsFor(context, task, member);
    const refusal = refusalOf(rules, context, task, member, slots);
    if (!refusal) return { member, run, task, slots, rank: rankOf(run, task) };
    noteBlocked(draft, run, task, refusal);
    if (refusal.rule.holdsUp === 'member') return undefined;
  }
  return undefined;
}

type Refusal = Extract<DispatchVerdict, { kind: 'refused' }> & { readonly rule: DispatchRule };

function refusalOf(
  rules: DispatchContext,
  context: Context,
  task: TaskState,
  member: string,
  slots: readonly Slot[],
): Refusal | undefined {
  const { databaseGuid, databaseName } = task;
  const question = { databaseGuid, databaseName, member, memberName: memberName(context.world, member), slots };
  for (const rule of DISPATCH_RULES) {
    const verdict = rule.check(question, rules);
    if (verdict.kind === 'refused') return { ...verdict, rule };
  }
  return undefined;
}

function noteBlocked(
  draft: Draft,
  run: RunState,
  task: TaskState,
  { rule, reason, liftedBy, wakeAtMs }: Refusal,
): void {
  const known = task.blocked;
  const isKnown =
    known?.rule === rule.name &&
    known.reason === reason &&
    known.wakeAtMs === wakeAtMs &&
    known.liftedBy.join() === liftedBy.join();
  if (isKnown) return;
  const { runId } = run;
  draft.emit({ type: 'TaskBlocked', runId, taskId: task.taskId, rule: rule.name, reason, liftedBy, wakeAtMs });
}

function slotsFor({ world }: Context, task: TaskState, member: string): readonly Slot[] {
  const copy = world.databases.get(task.databaseGuid)?.copies.find((each) => each.member === member);
  return slotsOf(member, world.members.get(member), copy?.volume ?? null);
}

function dispatchContext(state: ConductorState, { settings, nowMs, world }: Context): DispatchContext {
  const restores = restoresBySlot(state, world);
  return {
    nowMs,
    usedOf: (slot) => state.used.get(slotKey(slot), 0),
    restoresIn: (slot) => restores.get(slotKey(slot)) ?? 0,
    limitOf: ({ scope, name }) => limitOf(state.maintenance, settings, scope, name),
    lastStartAtMs: (member) => loadOf(state, member).lastDispatchAtMs,
    startGapMs: (member) => startGapMs(state.maintenance, settings, member),
    isLocked: (databaseGuid) => state.liveByDatabase.has(databaseGuid),
    isBeingRestored: (databaseGuid) => state.restoreLocks.has(databaseGuid),
  };
}

/** Sends a task, unless its copy has become ineligible: then it goes elsewhere. */
function dispatch(draft: Draft, context: Context, { member, run, task, slots }: Turn): void {
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
      slots: slots.map(slotKey),
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
