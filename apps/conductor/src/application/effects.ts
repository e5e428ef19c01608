import { AttemptDescriptionOrdered, BackupStartOrdered, BackupStopOrdered, type AttemptRef } from '#contracts';
import { toOutgoing, type OutgoingMessage } from '#messaging';
import type { LiveAttemptRef } from '../domain/indexes/live-attempts.js';
import { describe } from '../domain/describe.js';
import type { RunEvent } from '../domain/run.events.js';
import type { RunState } from '../domain/run.state.js';
import { iso } from '../domain/views.js';
import type { World } from '../domain/world.js';
import { eventMeta, runFactOf } from './run-fact.js';

/** A message for one member's agent. */
export interface MemberMessage {
  readonly member: string;
  readonly message: OutgoingMessage;
}

export interface EffectContext {
  readonly source: string;
  readonly epoch: number;
  readonly leaseMs: number;
  readonly dispatchTimeoutMs: number;
  readonly world: World;
}

/** The order that an event means for an agent, if it means one. The id follows from the event, so a resend is the same message. */
export function commandOf(
  event: RunEvent,
  run: RunState,
  sequence: number,
  context: EffectContext,
): { member: string; message: OutgoingMessage } | undefined {
  switch (event.type) {
    case 'TaskDispatched': {
      const { attempt } = event;
      const task = run.tasks.get(event.taskId);
      if (!task) throw new Error(`run ${run.runId} dispatched task ${event.taskId}, which it does not have`);
      const ref: AttemptRef = {
        runId: run.runId,
        taskId: event.taskId,
        attemptId: attempt.attemptId,
        attempt: attempt.number,
      };
      const order = {
        ...ref,
        epoch: context.epoch,
        databaseGuid: task.databaseGuid,
        databaseName: task.databaseName,
        backupType: run.order.backupType,
        expectedRole: attempt.role,
        leaseMs: context.leaseMs,
        notAfter: iso(event.atMs + context.dispatchTimeoutMs),
      };
      const meta = metaOf(event, run, sequence, context, task.databaseName);
      return {
        member: attempt.member,
        message: toOutgoing(BackupStartOrdered, { member: attempt.member }, order, meta),
      };
    }
    case 'AttemptSuperseded':
      return stop(event, run, sequence, context, event.reason);
    case 'AttemptEnded':
      // The agent may be unaware: it was silent, or never took the order up.
      if (event.outcome !== 'lost' && event.outcome !== 'withdrawn') return undefined;
      return stop(event, run, sequence, context, event.failure?.message ?? event.outcome);
    default:
      return undefined;
  }
}

function stop(
  event: Extract<RunEvent, { type: 'AttemptSuperseded' | 'AttemptEnded' }>,
  run: RunState,
  sequence: number,
  context: EffectContext,
  reason: string,
): { member: string; message: OutgoingMessage } | undefined {
  const task = run.tasks.get(event.taskId);
  const attempt = task?.attempts.find(({ attemptId }) => attemptId === event.attemptId);
  if (!task || !attempt) return undefined;
  const order = {
    runId: run.runId,
    taskId: event.taskId,
    attemptId: attempt.attemptId,
    attempt: attempt.number,
    reason: reason.slice(0, 500),
  };
  const meta = metaOf(event, run, sequence, context, task.databaseName);
  return { member: attempt.member, message: toOutgoing(BackupStopOrdered, { member: attempt.member }, order, meta) };
}

/** The question of a conductor that took over: how does this attempt stand? One for each attempt and epoch. */
export function describeCommand(
  ref: LiveAttemptRef,
  run: RunState,
  nowMs: number,
  { source, epoch }: Pick<EffectContext, 'source' | 'epoch'>,
): { member: string; message: OutgoingMessage } | undefined {
  const { runId, taskId, attemptId, member } = ref;
  const task = run.tasks.get(taskId);
  const attempt = task?.attempts.find((each) => each.attemptId === attemptId);
  if (!task || !attempt) return undefined;
  const meta = {
    id: `${attemptId}.describe.${epoch}`,
    source,
    time: iso(nowMs),
    subject: task.databaseName,
    correlationId: runId,
  };
  const order = { runId, taskId, attemptId, attempt: attempt.number };
  return { member, message: toOutgoing(AttemptDescriptionOrdered, { member }, order, meta) };
}

/** What the world is told of an event, if anything. */
export function factOf(
  event: RunEvent,
  run: RunState,
  sequence: number,
  context: EffectContext,
): OutgoingMessage | undefined {
  const told = describe(event, run);
  if (!told) return undefined;
  return runFactOf(told, run, { atMs: event.atMs, sequence, source: context.source }, context.world);
}

function metaOf({ atMs }: RunEvent, run: RunState, sequence: number, { source }: EffectContext, subject: string) {
  return eventMeta(run, { atMs, sequence, source }, subject);
}
