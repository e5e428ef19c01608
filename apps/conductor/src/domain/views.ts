import {
  displayName,
  type AttemptView,
  type BlockView,
  type RunLogEntry,
  type RunSummary,
  type RunView,
  type TaskView,
} from '#contracts';
import { accountingOf } from './accounting.js';
import { change } from './changes.js';
import { describe } from './describe.js';
import type { RunEvent } from './run.events.js';
import { evolveRun } from './run.evolve.js';
import { liveAttempt, type AttemptState, type RunState, type TaskState } from './run.state.js';
import type { Turn } from './turns.js';

/** The name of a block that is no rule's refusal: others go before it. */
const MEMBER_QUEUE = 'member-queue';

/** Progress of a live attempt comes by heartbeat and is not part of a run's history. */
export type BytesDone = (attemptId: string) => string;

export function summaryOf(run: RunState): RunSummary {
  return {
    runId: run.runId,
    requestId: run.requestId,
    status: run.status,
    requestedBy: run.requestedBy,
    requestedAt: iso(run.requestedAtMs),
    endedAt: run.endedAtMs === null ? null : iso(run.endedAtMs),
    tasksTotal: run.tally.total,
    tasksEnded: run.tally.ended,
    exitCode: run.exitCode,
  };
}

/** `turns`: where its waiting tasks stand in the queues of their members, while it goes on. */
export function viewOf(
  run: RunState,
  log: readonly RunLogEntry[],
  bytesDone: BytesDone,
  turns: ReadonlyMap<string, Turn> = new Map(),
): RunView {
  const { failovers, agentsLost, reroutes } = run.tally;
  return {
    ...summaryOf(run),
    request: run.request,
    reason: run.status === 'running' ? progressOf(run) : run.reason,
    warnings: run.warnings,
    missingMembers: run.missingMembers,
    counters: { failovers, agentsLost, reroutes },
    accounting: accountingOf(run),
    ...forecastOf(run),
    tasks: [...run.tasks.values()].map((task) => taskView(run, task, bytesDone, turns.get(task.taskId))),
    log,
  };
}

/** The plan counts from the moment it was made. */
function forecastOf({ plannedAtMs, estimate }: RunState): Pick<RunView, 'expectedFinishAt' | 'bestFinishAt'> {
  if (plannedAtMs === null || estimate === null) return {};
  return {
    expectedFinishAt: iso(plannedAtMs + Math.ceil(estimate.finishMs)),
    bestFinishAt: iso(plannedAtMs + Math.floor(estimate.boundMs)),
  };
}

function progressOf(run: RunState): string {
  const { total, ended, failed } = run.tally;
  const live = run.tasks.count((task) => liveAttempt(task) !== undefined);
  const waiting = run.waiting.size > 0 ? `, ${run.waiting.size} waiting` : '';
  return `${ended} of ${total} done${failed > 0 ? ` (${failed} failed)` : ''}, ${live} at work${waiting}`;
}

function taskView(run: RunState, task: TaskState, bytesDone: BytesDone, turn: Turn | undefined): TaskView {
  const live = liveAttempt(task);
  const last = task.attempts.at(-1);
  return {
    taskId: task.taskId,
    databaseGuid: task.databaseGuid,
    databaseName: task.databaseName,
    kind: task.kind,
    copyNumber: task.copyNumber,
    status: task.status,
    reason: task.reason,
    rule: task.rule,
    blocked: blockView(run, task, turn),
    member: task.member ?? last?.member ?? null,
    sizeBytes: String(task.sizeBytes),
    bytesDone: live ? bytesDone(live.attemptId) : task.status === 'succeeded' && last ? last.bytes : '0',
    attempts: task.attempts.map(attemptView),
  };
}

/** A closed window holds up every task of the run that is not at work, whatever else does; what no rule refuses waits for its turn. */
function blockView({ runId, window }: RunState, task: TaskState, turn: Turn | undefined): BlockView | null {
  if (task.status !== 'pending') return null;
  if (window && !window.mayStart) {
    const { sinceMs, changesAtMs, isOpen } = window;
    return {
      rule: 'window-open',
      reason: isOpen ? 'it is too late to start in this window of the run' : 'the window of the run is closed',
      since: iso(sinceMs),
      until: changesAtMs === null ? null : iso(changesAtMs),
      liftedBy: [`window:${runId}`],
    };
  }
  if (!task.blocked) return turn ? turnView(task, turn) : null;
  const { rule, reason, sinceMs, wakeAtMs, liftedBy } = task.blocked;
  return { rule, reason, since: iso(sinceMs), until: wakeAtMs === null ? null : iso(wakeAtMs), liftedBy };
}

/** Not part of the history: each start on the member would change it for every task behind. */
function turnView({ member, queuedAtMs }: TaskState, { ahead, held }: Turn): BlockView | null {
  if (member === null || queuedAtMs === null) return null;
  const where = displayName(member);
  const behind = ahead === 0 ? `it is next on ${where}` : `it waits for its turn on ${where}, behind ${ahead}`;
  return {
    rule: MEMBER_QUEUE,
    reason: held ? `${behind}; the first waits because ${held.reason}` : behind,
    since: iso(queuedAtMs),
    until: null,
    liftedBy: held?.liftedBy ?? [change.slot({ scope: 'member', name: member })],
  };
}

function attemptView(attempt: AttemptState): AttemptView {
  return {
    number: attempt.number,
    member: attempt.member,
    role: attempt.role,
    reason: attempt.reason,
    dispatchedAt: iso(attempt.dispatchedAtMs),
    startedAt: attempt.startedAtMs === null ? null : iso(attempt.startedAtMs),
    endedAt: attempt.endedAtMs === null ? null : iso(attempt.endedAtMs),
    outcome: attempt.outcome,
    bytes: attempt.bytes,
    ...(attempt.failure ? { failure: attempt.failure } : {}),
  };
}

/** The told part of a stretch of history. `before` is the run before the first of these events. */
export function logOf(
  run: RunState,
  events: readonly { readonly sequence: number; readonly event: RunEvent }[],
): readonly RunLogEntry[] {
  return events.flatMap(({ sequence, event }) => {
    const told = describe(event, run);
    if (!told) return [];
    return [
      {
        sequence,
        at: iso(event.atMs),
        event: event.type,
        text: told.text,
        ...(told.databaseName ? { databaseName: told.databaseName } : {}),
        ...(told.member ? { member: told.member } : {}),
      },
    ];
  });
}

/** A run from its whole history. */
export function replay(events: readonly RunEvent[]): RunState | undefined {
  let run: RunState | undefined;
  for (const event of events) run = evolveRun(run, event);
  return run;
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
