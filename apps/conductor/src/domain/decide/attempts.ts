import { displayName, failure, type AttemptReason, type Failure } from '#contracts';
import { change } from '../changes.js';
import type { LiveAttemptRef } from '../indexes/live-attempts.js';
import { queueOf } from '../indexes/queues.js';
import type { AttemptState, RunState, TaskState } from '../run.state.js';
import { backoff, type Settings } from '../settings.js';
import { slotOf } from '../slots.js';
import { memberName } from '../world.js';
import { continueTask, type Continuation } from './continue-task.js';
import type { Draft } from './draft.js';
import type { AttemptEndInput, Context, Input } from './inputs.js';
import { wake } from './wake.js';

interface Current {
  readonly ref: LiveAttemptRef;
  readonly run: RunState;
  readonly task: TaskState;
  readonly attempt: AttemptState;
}

/**
 * The fence: only what the live attempt's own member says of it counts. A report of an older attempt, or from another
 * member, finds nothing here and changes nothing.
 */
function current(draft: Draft, attemptId: string, member?: string): Current | undefined {
  const ref = draft.state.liveByAttempt.get(attemptId);
  if (!ref || (member !== undefined && ref.member !== member)) return undefined;
  const run = draft.state.runs.get(ref.runId);
  const task = run?.tasks.get(ref.taskId);
  const attempt = task?.attempts.at(-1);
  return run && task && attempt ? { ref, run, task, attempt } : undefined;
}

export function onAttemptProgress(
  draft: Draft,
  input: Extract<Input, { type: 'AttemptAccepted' | 'AttemptStarted' }>,
): void {
  const found = current(draft, input.attemptId, input.member);
  if (!found) return;
  const { attempt, ref } = found;
  const known = input.type === 'AttemptAccepted' ? attempt.accepted : attempt.startedAtMs !== null;
  if (!known) draft.emit({ type: input.type, runId: ref.runId, taskId: ref.taskId, attemptId: ref.attemptId });
}

export function onAttemptEnded(draft: Draft, context: Context, input: AttemptEndInput): void {
  const found = current(draft, input.attemptId, input.member);
  if (found) endAttempt(draft, context, found, input);
}

export function onCommandUnroutable(draft: Draft, context: Context, attemptId: string): void {
  const found = current(draft, attemptId);
  if (!found) return;
  const member = memberName(context.world, found.ref.member);
  endAttempt(draft, context, found, {
    outcome: 'withdrawn',
    bytes: '0',
    failure: failure(
      'agent.absent',
      `the order could not be delivered: no agent is provisioned for ${displayName(member)}`,
      {
        retryable: true,
      },
    ),
  });
}

export function onAttemptNotGranted(draft: Draft, context: Context, attemptId: string): void {
  const found = current(draft, attemptId);
  if (!found) return;
  const member = memberName(context.world, found.ref.member);
  endAttempt(draft, context, found, {
    outcome: 'withdrawn',
    bytes: '0',
    failure: failure('agent.no-answer', `the agent of ${displayName(member)} did not take up the order in time`, {
      retryable: true,
    }),
  });
}

/** One silent agent may hold several attempts; it is lost once for each run. */
export function onLeasesExpired(draft: Draft, context: Context, member: string, attemptIds: readonly string[]): void {
  const told = new Set<string>();
  for (const attemptId of attemptIds) {
    const found = current(draft, attemptId, member);
    if (!found) continue;
    const { runId } = found.ref;
    if (!told.has(runId)) draft.emit({ type: 'AgentLost', runId, member });
    told.add(runId);
    const name = memberName(context.world, member);
    endAttempt(draft, context, found, {
      outcome: 'lost',
      bytes: '0',
      failure: failure('agent.lost', `the agent of ${name} was not heard until its lease ran out`, { retryable: true }),
    });
  }
}

type End = Pick<AttemptEndInput, 'outcome' | 'bytes' | 'failure' | 'evidence'>;

function endAttempt(draft: Draft, context: Context, found: Current, end: End): void {
  const { runId, taskId, attemptId, member, databaseGuid } = found.ref;
  draft.emit({
    type: 'AttemptEnded',
    runId,
    taskId,
    attemptId,
    outcome: end.outcome,
    bytes: end.bytes,
    ...(end.failure ? { failure: end.failure } : {}),
    ...(end.evidence ? { evidence: end.evidence } : {}),
  });
  draft.dirtyMembers.add(member);
  for (const slot of found.attempt.slots) wake(draft, context, change.slot(slotOf(slot)));
  wake(draft, context, change.lock(databaseGuid));
  // Its agent told how the database stands, and that may be what others wait for.
  wake(draft, context, change.database(databaseGuid));
  const run = draft.state.runs.get(runId);
  const task = run?.tasks.get(taskId);
  if (!run || !task) throw new Error(`task ${taskId} of run ${runId} vanished with its attempt`);
  if (end.outcome === 'succeeded') {
    const where = memberName(context.world, member);
    return draft.emit({ type: 'TaskCompleted', runId, taskId, status: 'succeeded', reason: `backed up on ${where}` });
  }
  const next = continuation(context, task, found.attempt, end);
  if (next.kind === 'failed')
    return draft.emit({ type: 'TaskCompleted', runId, taskId, status: 'failed', reason: next.reason });
  continueTask(draft, context, run, task, next);
}

type Next = ({ readonly kind: 'continue' } & Continuation) | { readonly kind: 'failed'; readonly reason: string };

function continuation(context: Context, task: TaskState, attempt: AttemptState, end: End): Next {
  const { settings, world } = context;
  const name = memberName(world, attempt.member);
  const why = end.failure?.message ?? `the attempt ended as ${end.outcome}`;
  const go = (nextReason: AttemptReason, reason: string, delayMs = 0): Next => ({
    kind: 'continue',
    nextReason,
    reason,
    delayMs,
  });
  if (attempt.superseded === 'failover' || end.failure?.type === 'database.moved') {
    const active = world.databases.get(task.databaseGuid)?.activeMember;
    const to = active && active !== attempt.activeMember ? ` to ${memberName(world, active)}` : '';
    return go('failover', `the database failed over${to} while ${name} backed it up`);
  }
  if (attempt.superseded === 'window' || attempt.superseded === 'drain') {
    const because = attempt.superseded === 'window' ? 'the window of the run has closed' : `${name} is drained`;
    return go('stopped', `the backup on ${name} was stopped because ${because}`);
  }
  switch (end.outcome) {
    case 'lost':
    case 'interrupted':
    case 'withdrawn':
      return go('agentLoss', why, fruitlessDelayMs(settings, task));
    case 'stopped':
      return go('agentLoss', `the backup on ${name} was stopped: ${why}`, fruitlessDelayMs(settings, task));
    case 'refused':
      // Its order was lost on the way, which says nothing of the copy.
      if (end.failure?.type === 'attempt.unknown')
        return go('agentLoss', `${name}: ${why}`, fruitlessDelayMs(settings, task));
      return go('copyChanged', `${name} refused: ${why}`, fruitlessDelayMs(settings, task));
    case 'failed':
      return retry(settings, task, end.failure, `the backup on ${name} failed: ${why}`);
    case 'succeeded':
      throw new Error(`attempt ${attempt.attemptId} succeeded and must not be continued`);
    default: {
      const unknown: never = end.outcome;
      throw new Error(`unknown outcome ${String(unknown)}`);
    }
  }
}

function retry(settings: Settings, task: TaskState, cause: Failure | undefined, reason: string): Next {
  const failures = task.attempts.filter(
    (attempt) => attempt.outcome === 'failed' && attempt.failure?.type !== 'database.moved',
  ).length;
  if (cause && !cause.retryable) return { kind: 'failed', reason };
  if (failures > settings.retryLimit) return { kind: 'failed', reason: `${reason} (tried ${failures} times)` };
  return { kind: 'continue', nextReason: 'retry', reason, delayMs: cause?.retryAfterMs ?? backoff(settings, failures) };
}

/** Each member may come to nothing once without a wait, as each brings fresh knowledge; further tries in a row wait longer and longer. */
function fruitlessDelayMs(settings: Settings, task: TaskState): number {
  const members = new Set<string>();
  let inARow = 0;
  for (const { outcome, superseded, member } of task.attempts.toReversed()) {
    if (outcome === 'failed' || superseded !== null) break;
    inARow += 1;
    members.add(member);
  }
  const repeated = inARow - members.size;
  return repeated === 0 ? 0 : backoff(settings, repeated);
}

/** Work that waits in the queue of a member whose agent fell silent goes elsewhere, or waits for the member's return. */
export function leaveSilentMember(draft: Draft, context: Context, member: string): void {
  for (const key of queueOf(draft.state, member)) {
    const run = draft.state.runs.get(key.runId);
    const task = run?.tasks.get(key.taskId);
    if (run && task) {
      continueTask(draft, context, run, task, { nextReason: task.nextReason, reason: task.nextReasonText, delayMs: 0 });
    }
  }
}
