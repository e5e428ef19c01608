import { displayName, type RunFacts } from '#contracts';
import { formatBytes } from '../domain/format.js';
import { textOf } from './commands.js';
import type { RestoreEvent } from './restore.events.js';
import type { RestoreRunState, StepState } from './restore.state.js';

export interface RestoreDescription {
  readonly text: string;
  /** Absent: an alarm, which is told in a message of its own. */
  readonly fact?: keyof typeof RunFacts;
  readonly databaseGuid?: string;
  readonly databaseName?: string;
  readonly member?: string;
}

/** What people and schedulers are told of an event; undefined for the ones that only matter within. `run` is the run after it, or later. */
export function describeRestore(event: RestoreEvent, run: RestoreRunState): RestoreDescription | undefined {
  const told = tell(event, run);
  const task = 'taskId' in event ? run.tasks.get(event.taskId) : undefined;
  if (!told || !task) return told;
  return { ...told, databaseGuid: task.databaseGuid, databaseName: task.databaseName };
}

function tell(event: RestoreEvent, run: RestoreRunState): RestoreDescription | undefined {
  switch (event.type) {
    case 'RestoreRequested':
      return { fact: 'requested', text: `restore requested${event.requestedBy ? ` by ${event.requestedBy}` : ''}` };
    case 'RestoreRefused':
      return { fact: 'refused', text: `refused, and nothing was touched: ${event.reason}` };
    case 'RestorePlanned':
      return { fact: 'planned', text: [`planned: ${event.tasks.length} databases`, ...event.warnings].join('; ') };
    case 'RestoreTaskBegan':
      return { fact: 'taskStarted', text: `${nameOf(run, event.taskId)}: the restore begins; backups of it wait` };
    case 'RestoreTaskBlocked':
      // A retry is told of by the end of the step that it follows.
      return event.blockedBy === 'retry'
        ? undefined
        : { fact: 'taskWaiting', text: `${nameOf(run, event.taskId)} ${event.reason}` };
    case 'RestoreStepOrdered': {
      const { step } = event;
      const text = `${nameOf(run, event.taskId)}: ${wordsOf(step)}`;
      return step.purpose === 'look'
        ? undefined
        : { fact: 'stepOrdered', member: step.member, text: `${text}, on ${displayName(step.member)}` };
    }
    case 'RestoreStepEnded': {
      const step = stepOf(run, event.taskId, event.stepId);
      if (!step || (step.purpose === 'look' && event.outcome === 'succeeded')) return undefined;
      const bytes = event.bytes === '0' ? '' : ` (${formatBytes(Number(event.bytes))})`;
      const how =
        event.outcome === 'succeeded'
          ? `done${bytes}`
          : `${event.outcome}${event.failure ? `: ${event.failure.message}` : ''}`;
      return { fact: 'stepEnded', member: step.member, text: `${nameOf(run, event.taskId)}: ${wordsOf(step)}: ${how}` };
    }
    case 'RestoreTaskReseeding':
      return {
        fact: 'taskStarted',
        text: `${nameOf(run, event.taskId)} is mounted again; its other copies are reseeded`,
      };
    case 'RestoreTaskTurnedBack':
      return { fact: 'taskRerouted', text: `${nameOf(run, event.taskId)} is put back as it was: ${event.reason}` };
    case 'RestoreTaskEnded':
      return {
        fact: 'taskCompleted',
        text: `${nameOf(run, event.taskId)} ${statusText(event.status)}: ${event.reason}`,
      };
    case 'AlarmRaised':
      return { text: `ALARM ${event.alarmId}: ${event.text}` };
    case 'AlarmCleared':
      return { text: `alarm ${event.alarmId} is over: the restore goes on` };
    case 'AlarmAcknowledged':
      return {
        text: `alarm ${event.alarmId} acknowledged${event.by ? ` by ${event.by}` : ''}${event.note ? `: ${event.note}` : ''}`,
      };
    case 'RestoreClosing':
      return { fact: 'cancelling', text: event.reason };
    case 'RestoreCompleted':
      return { fact: 'completed', text: `${event.status}: ${event.reason}` };
    case 'RestoreStepAccepted':
      return undefined;
    default: {
      const unknown: never = event;
      throw new Error(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

function statusText(status: string): string {
  return status === 'needsAttention' ? 'needs attention' : status;
}

export function nameOf(run: RestoreRunState, taskId: string): string {
  const task = run.tasks.get(taskId);
  if (!task) return taskId;
  const { target, databaseName } = task;
  if (target.kind === 'files') return `${databaseName} into ${target.folder}`;
  return target.name === databaseName || target.kind === 'removal'
    ? databaseName
    : `${databaseName} into ${target.name}`;
}

export function stepOf(run: RestoreRunState, taskId: string, stepId: string): StepState | undefined {
  return run.tasks.get(taskId)?.steps.find((step) => step.stepId === stepId);
}

/** A run's history is told long after the inventory may have forgotten a member, so names are the ids in capital letters. */
export function wordsOf({ step, databaseName, member }: Pick<StepState, 'step' | 'databaseName' | 'member'>): string {
  return textOf(step, { databaseName, memberName: displayName(member), nameOf: displayName });
}
