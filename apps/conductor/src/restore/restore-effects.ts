import {
  AlarmFacts,
  RestoreStepDescriptionOrdered,
  RestoreStepOrdered,
  RestoreStepStopOrdered,
  type AlarmView,
  type OrderRestoreStep,
  type RestoreStepRef,
} from '#contracts';
import { toOutgoing, type OutgoingMessage } from '#messaging';
import type { EffectContext, MemberMessage } from '../application/effects.js';
import { dagOf, eventMeta, runFactOf } from '../application/run-fact.js';
import { iso } from '../domain/views.js';
import { describeRestore, stepOf } from './describe-restore.js';
import type { RestoreEvent } from './restore.events.js';
import { alarmViewOf } from './restore-views.js';
import { liveSteps, type AlarmState, type RestoreRunState, type StepState } from './restore.state.js';
import { isLong } from './saga/history.js';

/** The orders that an event means for agents. Their ids follow from the event, so a resend is the same message. */
export function restoreCommandsOf(
  event: RestoreEvent,
  run: RestoreRunState,
  sequence: number,
  context: EffectContext,
): readonly MemberMessage[] {
  switch (event.type) {
    case 'RestoreStepOrdered': {
      const { step } = event;
      const order: OrderRestoreStep = {
        ...refOf(run, event.taskId, step),
        epoch: context.epoch,
        databaseGuid: step.databaseGuid,
        databaseName: step.databaseName,
        step: step.step,
        leaseMs: context.leaseMs,
        notAfter: iso(event.atMs + context.dispatchTimeoutMs),
      };
      const meta = metaOf(event, run, sequence, context, step.databaseName);
      return [{ member: step.member, message: toOutgoing(RestoreStepOrdered, { member: step.member }, order, meta) }];
    }
    case 'RestoreStepEnded': {
      // The agent may be unaware: it was silent, or never took the order up.
      const step = stepOf(run, event.taskId, event.stepId);
      if (!step || (event.outcome !== 'lost' && event.outcome !== 'withdrawn')) return [];
      return [stop(event, run, event.taskId, step, sequence, context, event.failure?.message ?? event.outcome)];
    }
    case 'RestoreTaskTurnedBack': {
      const task = run.tasks.get(event.taskId);
      if (!task) return [];
      return liveSteps(task)
        .filter(isLong)
        .map((step) => stop(event, run, event.taskId, step, sequence, context, event.reason));
    }
    default:
      return [];
  }
}

function refOf(
  run: RestoreRunState,
  taskId: string,
  { stepId, number }: Pick<StepState, 'stepId' | 'number'>,
): RestoreStepRef {
  return { runId: run.runId, taskId, stepId, number };
}

function stop(
  event: RestoreEvent,
  run: RestoreRunState,
  taskId: string,
  step: StepState,
  sequence: number,
  context: EffectContext,
  reason: string,
): MemberMessage {
  const order = { ...refOf(run, taskId, step), reason: reason.slice(0, 500) };
  const { id, ...meta } = metaOf(event, run, sequence, context, step.databaseName);
  const message = toOutgoing(RestoreStepStopOrdered, { member: step.member }, order, {
    ...meta,
    id: `${id}.${step.number}`,
  });
  return { member: step.member, message };
}

/** The question of a conductor that took over: how does this step stand? One for each step and epoch. */
export function describeStepCommands(
  run: RestoreRunState,
  nowMs: number,
  { source, epoch }: Pick<EffectContext, 'source' | 'epoch'>,
): readonly MemberMessage[] {
  return [...run.tasks.values()].flatMap((task) =>
    liveSteps(task).map((step) => {
      const meta = {
        id: `${step.stepId}.describe.${epoch}`,
        source,
        time: iso(nowMs),
        subject: step.databaseName,
        correlationId: run.runId,
      };
      const order = refOf(run, task.taskId, step);
      return {
        member: step.member,
        message: toOutgoing(RestoreStepDescriptionOrdered, { member: step.member }, order, meta),
      };
    }),
  );
}

/** What the world is told of an event, if anything. `before` is the run before it: an alarm that is over stands there alone. */
export function restoreFactOf(
  event: RestoreEvent,
  before: RestoreRunState | undefined,
  run: RestoreRunState,
  sequence: number,
  context: EffectContext,
): OutgoingMessage | undefined {
  const alarm = alarmFactOf(event, before, run, sequence, context);
  if (alarm) return alarm;
  const told = describeRestore(event, run);
  if (!told?.fact) return undefined;
  const { fact } = told;
  return runFactOf({ ...told, fact }, run, { atMs: event.atMs, sequence, source: context.source }, context.world);
}

function alarmFactOf(
  event: RestoreEvent,
  before: RestoreRunState | undefined,
  run: RestoreRunState,
  sequence: number,
  context: EffectContext,
): OutgoingMessage | undefined {
  if (event.type !== 'AlarmRaised' && event.type !== 'AlarmCleared' && event.type !== 'AlarmAcknowledged')
    return undefined;
  const standing: AlarmState | undefined = (event.type === 'AlarmRaised' ? run : before)?.alarms.get(event.alarmId);
  if (!standing) return undefined;
  const view: AlarmView = {
    ...alarmViewOf(standing, run),
    ...(event.type === 'AlarmAcknowledged' && event.by ? { acknowledgedBy: event.by } : {}),
    ...(event.type === 'AlarmAcknowledged' && event.note ? { note: event.note } : {}),
  };
  const route = { dag: dagOf(run, view.databaseGuid ?? undefined, context.world) };
  const meta = metaOf(event, run, sequence, context, view.databaseName);
  switch (event.type) {
    case 'AlarmRaised':
      return toOutgoing(AlarmFacts.raised, route, view, meta);
    case 'AlarmCleared':
      return toOutgoing(AlarmFacts.cleared, route, view, meta);
    case 'AlarmAcknowledged':
      return toOutgoing(AlarmFacts.acknowledged, route, view, meta);
    default: {
      const unknown: never = event;
      throw new Error(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

function metaOf(
  { atMs }: RestoreEvent,
  run: RestoreRunState,
  sequence: number,
  { source }: EffectContext,
  subject: string,
) {
  return eventMeta(run, { atMs, sequence, source }, subject);
}
