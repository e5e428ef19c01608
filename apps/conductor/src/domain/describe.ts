import { RunFacts, displayName } from '#contracts';
import { formatBytes } from './format.js';
import { isOrdinaryBlock } from '../dispatch/rules/index.js';
import type { RunEvent, RunEventOf } from './run.events.js';
import type { AttemptState, RunState } from './run.state.js';

export interface Description {
  readonly text: string;
  readonly fact: keyof typeof RunFacts;
  readonly databaseGuid?: string;
  readonly databaseName?: string;
  readonly member?: string;
  readonly attempt?: number;
}

/**
 * What people and schedulers are told of an event; undefined for the ones that only matter within. `run` is the run after
 * it, or at any later time: only what never changes again is read from it.
 */
export function describe(event: RunEvent, run: RunState): Description | undefined {
  const told = tell(event, run);
  if (!told || !('taskId' in event)) return told;
  const task = run.tasks.get(event.taskId);
  const attempt = attemptOf(event, run)?.number;
  return {
    ...told,
    ...(task ? { databaseGuid: task.databaseGuid, databaseName: task.databaseName } : {}),
    ...(attempt ? { attempt } : {}),
  };
}

function tell(event: RunEvent, run: RunState): Description | undefined {
  switch (event.type) {
    case 'RunRequested':
      return {
        fact: 'requested',
        text: `${event.order.backupType} backup requested${event.requestedBy ? ` by ${event.requestedBy}` : ''}`,
      };
    case 'RunRefused':
      return { fact: 'refused', text: `refused: ${event.reason}` };
    case 'RunPlanned':
      return { fact: 'planned', text: [`planned: ${run.tally.total} tasks`, ...event.warnings].join('; ') };
    case 'TaskLeftOut':
      return {
        fact: 'taskCompleted',
        databaseGuid: event.task.databaseGuid,
        databaseName: event.task.databaseName,
        text: `${event.task.databaseName} left out (${event.rule}): ${event.reason}`,
      };
    case 'TaskNotNeeded':
      return {
        fact: 'taskCompleted',
        databaseGuid: event.task.databaseGuid,
        databaseName: event.task.databaseName,
        text: `${event.task.databaseName} needs no backup: ${event.reason}`,
      };
    case 'TaskUnplaced':
      return {
        fact: 'taskWaiting',
        databaseGuid: event.task.databaseGuid,
        databaseName: event.task.databaseName,
        text: `${event.task.databaseName} ${event.reason}`,
      };
    case 'TaskReassigned': {
      if (event.nextReason === 'planned') return undefined;
      return {
        fact: 'taskRerouted',
        member: event.member,
        text: `${nameOf(run, event.taskId)}: ${event.reason}; goes to ${displayName(event.member)}`,
      };
    }
    case 'TaskRebalanced':
      return {
        fact: 'taskRerouted',
        member: event.member,
        text: `${nameOf(run, event.taskId)} moved from ${displayName(event.fromMember)} to ${displayName(event.member)}: ${event.reason}`,
      };
    case 'TaskDispatched':
      return {
        fact: 'taskDispatched',
        member: event.attempt.member,
        text: `${nameOf(run, event.taskId)} sent to ${displayName(event.attempt.member)} (${event.attempt.role}, attempt ${event.attempt.number})`,
      };
    case 'AttemptStarted': {
      const member = memberOf(event, run);
      return {
        fact: 'taskStarted',
        member,
        text: `${nameOf(run, event.taskId)} is being backed up on ${displayName(member)}`,
      };
    }
    case 'AttemptSuperseded': {
      const member = memberOf(event, run);
      return {
        fact: 'attemptEnded',
        member,
        text: `${nameOf(run, event.taskId)}: stopping the attempt on ${displayName(member)}: ${event.reason}`,
      };
    }
    case 'AttemptEnded': {
      if (event.outcome === 'succeeded') return undefined;
      const member = memberOf(event, run);
      const why = event.failure ? `: ${event.failure.message}` : '';
      return {
        fact: 'attemptEnded',
        member,
        text: `${nameOf(run, event.taskId)} ${event.outcome} on ${displayName(member)}${why}`,
      };
    }
    case 'DatabaseMoved':
      return {
        fact: 'databaseMoved',
        member: event.toMember,
        databaseGuid: event.databaseGuid,
        databaseName: event.databaseName,
        text: `${event.databaseName} moved (${event.category}) from ${displayName(event.fromMember)} to ${displayName(event.toMember)}`,
      };
    case 'AgentLost':
      return {
        fact: 'agentLost',
        member: event.member,
        text: `the agent of ${displayName(event.member)} is lost; its work goes on elsewhere where it can`,
      };
    case 'TaskBlocked':
      if (isOrdinaryBlock(event.rule)) return undefined;
      return { fact: 'taskWaiting', text: `${nameOf(run, event.taskId)} waits: ${event.reason}` };
    case 'RunWindowChanged':
      return windowFact(event);
    case 'TaskDeferred':
      if (event.isRepeated) return undefined;
      return { fact: 'taskWaiting', text: `${nameOf(run, event.taskId)} ${event.reason}` };
    case 'TaskCompleted': {
      const task = run.tasks.get(event.taskId);
      const last = task?.attempts.at(-1);
      const bytes = event.status === 'succeeded' && last ? ` (${formatBytes(Number(last.bytes))})` : '';
      return {
        fact: 'taskCompleted',
        text: `${nameOf(run, event.taskId)} ${event.status}: ${event.reason}${bytes}`,
        ...(last ? { member: last.member } : {}),
      };
    }
    case 'RunClosing':
      return { fact: 'cancelling', text: event.reason };
    case 'RunCompleted':
      return { fact: 'completed', text: `${event.status}: ${event.reason}` };
    case 'TaskPlanned':
    case 'MovesDecided':
    case 'AttemptAccepted':
      return undefined;
    default: {
      const unknown: never = event;
      throw new Error(`unknown event ${JSON.stringify(unknown)}`);
    }
  }
}

function windowFact({ isOpen, mayStart, changesAtMs }: RunEventOf<'RunWindowChanged'>): Description {
  const until = changesAtMs === null ? '' : ` until ${new Date(changesAtMs).toISOString()}`;
  if (mayStart) return { fact: 'windowOpened', text: `the window of the run is open: backups may start${until}` };
  const what = isOpen ? 'what runs may go on, and nothing new is started' : 'it is closed';
  return { fact: 'windowClosed', text: `the window of the run: ${what}${until}` };
}

function nameOf(run: RunState, taskId: string): string {
  const task = run.tasks.get(taskId);
  if (!task) return taskId;
  return task.copyNumber > 1 ? `${task.databaseName} (copy ${task.copyNumber})` : task.databaseName;
}

function attemptOf(event: RunEvent, run: RunState): AttemptState | undefined {
  if (!('taskId' in event)) return undefined;
  const attemptId =
    event.type === 'TaskDispatched' ? event.attempt.attemptId : 'attemptId' in event ? event.attemptId : undefined;
  return run.tasks.get(event.taskId)?.attempts.find((attempt) => attempt.attemptId === attemptId);
}

function memberOf(event: RunEvent, run: RunState): string {
  return attemptOf(event, run)?.member ?? '';
}
