import type {
  AccountingView,
  AlarmView,
  RestoreStepView,
  RestoreTaskView,
  RunLogEntry,
  RunSummary,
  RunView,
} from '#contracts';
import type { BytesDone } from '../domain/views.js';
import { describeRestore, wordsOf } from './describe-restore.js';
import { evolveRestore } from './evolve-restore.js';
import type { RestoreEvent } from './restore.events.js';
import {
  isOpenTask,
  liveSteps,
  type AlarmState,
  type RestoreRunState,
  type RestoreTaskState,
  type StepState,
} from './restore.state.js';

/** A restore accounts for no backups. */
const NO_BACKUPS: AccountingView = {
  known: 0,
  backedUp: 0,
  notNeeded: 0,
  excluded: 0,
  failed: 0,
  open: 0,
  exclusions: [],
};

export function restoreSummaryOf(run: RestoreRunState): RunSummary {
  return {
    runId: run.runId,
    requestId: run.requestId,
    kind: 'restore',
    status: run.status,
    requestedBy: run.requestedBy,
    requestedAt: iso(run.requestedAtMs),
    endedAt: run.endedAtMs === null ? null : iso(run.endedAtMs),
    tasksTotal: run.tasks.size,
    tasksEnded: run.tasks.count((task) => !isOpenTask(task)),
    exitCode: run.exitCode,
  };
}

export function restoreViewOf(run: RestoreRunState, log: readonly RunLogEntry[], bytesDone: BytesDone): RunView {
  return {
    ...restoreSummaryOf(run),
    restore: { request: run.request, tasks: [...run.tasks.values()].map((task) => taskView(task, bytesDone)) },
    reason: run.status === 'running' ? progressOf(run) : run.reason,
    warnings: run.warnings,
    missingMembers: run.missingMembers,
    accounting: NO_BACKUPS,
    counters: { failovers: 0, agentsLost: lostAgents(run), reroutes: 0 },
    tasks: [],
    log,
  };
}

function lostAgents(run: RestoreRunState): number {
  return run.tasks.reduce((sum, { steps }) => sum + steps.filter(({ outcome }) => outcome === 'lost').length, 0);
}

function progressOf(run: RestoreRunState): string {
  const count = (status: RestoreTaskState['status']): number => run.tasks.count((task) => task.status === status);
  const ended = run.tasks.count((task) => !isOpenTask(task));
  const parts = [
    `${ended} of ${run.tasks.size} done`,
    ...(['restoring', 'reseeding', 'undoing', 'waiting', 'needsAttention'] as const).flatMap((status) =>
      count(status) > 0 ? [`${count(status)} ${status === 'needsAttention' ? 'need attention' : status}`] : [],
    ),
  ];
  return parts.join(', ');
}

function taskView(task: RestoreTaskState, bytesDone: BytesDone): RestoreTaskView {
  const live = liveSteps(task);
  const data = task.steps.findLast(({ step }) => step.kind === 'restoreBackup' || step.kind === 'restoreFiles');
  return {
    taskId: task.taskId,
    databaseGuid: task.databaseGuid,
    databaseName: task.databaseName,
    kind: task.kind,
    target: task.target.kind === 'files' ? task.target.folder : task.target.name,
    status: task.status,
    reason: live[0] ? live.map(wordsOf).join(', ') : task.reason,
    blockedBy: task.blockedBy,
    member:
      live[0]?.member ??
      task.observed?.activeMember ??
      (task.target.kind === 'over' ? task.target.onMember : task.target.member),
    sizeBytes: String(task.sizeBytes),
    bytesDone: data ? (data.outcome === null ? bytesDone(data.stepId) : data.bytes) : '0',
    backups: task.objects,
    steps: task.steps.map((step) => stepView(step, bytesDone)),
    remainingCommands: task.remainingCommands,
  };
}

function stepView(step: StepState, bytesDone: BytesDone): RestoreStepView {
  return {
    number: step.number,
    kind: step.step.kind,
    purpose: step.purpose,
    member: step.member,
    text: wordsOf(step),
    orderedAt: iso(step.orderedAtMs),
    endedAt: step.endedAtMs === null ? null : iso(step.endedAtMs),
    outcome: step.outcome,
    bytesDone: step.outcome === null ? bytesDone(step.stepId) : step.bytes,
    ...(step.failure ? { failure: step.failure } : {}),
  };
}

export function alarmViewOf(alarm: AlarmState, run: RestoreRunState): AlarmView {
  const task = run.tasks.get(alarm.taskId);
  return {
    alarmId: alarm.alarmId,
    kind: alarm.kind,
    runId: run.runId,
    requestId: run.requestId,
    databaseGuid: task?.databaseGuid ?? null,
    databaseName: task?.databaseName ?? 'unknown',
    raisedAt: iso(alarm.raisedAtMs),
    text: alarm.text.slice(0, 4_000),
    commands: alarm.commands,
  };
}

export function restoreLogOf(
  run: RestoreRunState,
  events: readonly { readonly sequence: number; readonly event: RestoreEvent }[],
): readonly RunLogEntry[] {
  return events.flatMap(({ sequence, event }) => {
    const told = describeRestore(event, run);
    if (!told) return [];
    return [
      {
        sequence,
        at: iso(event.atMs),
        event: event.type,
        text: told.text.slice(0, 4_000),
        ...(told.databaseName ? { databaseName: told.databaseName } : {}),
        ...(told.member ? { member: told.member } : {}),
      },
    ];
  });
}

export function replayRestore(events: readonly RestoreEvent[]): RestoreRunState | undefined {
  let run: RestoreRunState | undefined;
  for (const event of events) run = evolveRestore(run, event);
  return run;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
