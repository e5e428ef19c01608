import type { AttemptOutcome, AttemptReason, AttemptView, RestoreStepView, RunView } from '#contracts';
import { words } from './words.js';

/** A bar of the chart: one attempt, or one step of a restore, on the lane of its member. */
export interface GanttBar {
  readonly key: string;
  readonly label: string;
  readonly databaseName: string;
  readonly member: string;
  /** Row within the lane, from 0: bars that overlap in time lie on different rows. */
  readonly row: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly state: 'live' | 'done' | 'broken' | 'undo';
  /** 0 to 1; null where it is not known. */
  readonly progress: number | null;
  readonly detail: string;
}

/** From where a backup broke off to where it went on. */
export interface GanttArrow {
  readonly from: string;
  readonly to: string;
  readonly reason: AttemptReason;
}

export interface GanttLane {
  readonly member: string;
  readonly rows: number;
}

/** A moment worth a line across all lanes. */
export interface GanttMark {
  readonly label: string;
  readonly atMs: number;
  /** It was promised; otherwise it is the moment that is shown. */
  readonly isOfPlan: boolean;
}

export interface Gantt {
  readonly lanes: readonly GanttLane[];
  readonly bars: readonly GanttBar[];
  readonly arrows: readonly GanttArrow[];
  readonly marks: readonly GanttMark[];
  readonly fromMs: number;
  readonly toMs: number;
}

type LooseBar = Omit<GanttBar, 'row'>;

/** The chart of a run at a moment: pure, so that a finished run can be played again by choosing the moment. */
export function ganttOf(run: RunView, nowMs: number): Gantt {
  const startMs = Date.parse(run.requestedAt);
  const attempts = run.tasks.flatMap((task) =>
    task.attempts.map((attempt) =>
      barOf(`${task.taskId}#${attempt.number}`, task.databaseName, attempt, Number(task.sizeBytes), nowMs),
    ),
  );
  const steps = (run.restore?.tasks ?? []).flatMap((task) =>
    task.steps.map((step) => stepBar(`${task.taskId}#${step.number}`, task.databaseName, step, nowMs)),
  );
  const loose = [...attempts, ...steps].filter((bar) => bar.fromMs <= nowMs);
  const members = [...new Set(loose.map(({ member }) => member))].toSorted();
  const placed = members.map((member) => inRows(loose.filter((bar) => bar.member === member)));
  const bars = placed.flat();
  const marks = marksOf(run, nowMs);
  return {
    lanes: members.map((member, index) => ({
      member,
      rows: 1 + Math.max(0, ...(placed[index] ?? []).map(({ row }) => row)),
    })),
    bars,
    arrows: arrowsOf(run, new Set(bars.map(({ key }) => key))),
    marks,
    fromMs: startMs,
    toMs: Math.max(startMs + 1, nowMs, ...bars.map(({ toMs }) => toMs), ...marks.map(({ atMs }) => atMs)),
  };
}

function barOf(key: string, label: string, attempt: AttemptView, sizeBytes: number, nowMs: number): LooseBar {
  const fromMs = Date.parse(attempt.startedAt ?? attempt.dispatchedAt);
  const endMs = attempt.endedAt === null ? null : Date.parse(attempt.endedAt);
  const isOver = endMs !== null && endMs <= nowMs;
  return {
    key,
    label,
    databaseName: label,
    member: attempt.member,
    fromMs,
    toMs: Math.max(fromMs, isOver ? endMs : nowMs),
    state: isOver ? stateOf(attempt.outcome) : 'live',
    progress: !isOver && sizeBytes > 0 ? Math.min(1, Number(attempt.bytes) / sizeBytes) : null,
    detail: [
      `${label}, attempt ${attempt.number} on ${attempt.member.toUpperCase()} (${attempt.role})`,
      attempt.reason === 'planned' ? '' : `because of ${words(attempt.reason)}`,
      isOver ? (attempt.outcome ?? '') : 'at work',
      attempt.failure?.message ?? '',
    ]
      .filter((text) => text !== '')
      .join(' · '),
  };
}

function stateOf(outcome: AttemptOutcome | null): GanttBar['state'] {
  return outcome === 'succeeded' ? 'done' : 'broken';
}

function stepBar(key: string, database: string, step: RestoreStepView, nowMs: number): LooseBar {
  const fromMs = Date.parse(step.orderedAt);
  const endMs = step.endedAt === null ? null : Date.parse(step.endedAt);
  const isOver = endMs !== null && endMs <= nowMs;
  const state = !isOver
    ? 'live'
    : step.outcome === 'succeeded'
      ? step.purpose === 'undo'
        ? 'undo'
        : 'done'
      : 'broken';
  return {
    key,
    label: `${database} ${words(step.kind)}`,
    databaseName: database,
    member: step.member,
    fromMs,
    toMs: Math.max(fromMs, isOver ? endMs : nowMs),
    state,
    progress: null,
    detail: [
      `${database}: ${step.text}`,
      step.purpose === 'undo' ? 'undo' : '',
      isOver ? (step.outcome ?? '') : 'at work',
      step.failure?.message ?? '',
    ]
      .filter((text) => text !== '')
      .join(' · '),
  };
}

/** First fit: each bar on the first row that is free when it begins. */
function inRows(bars: readonly LooseBar[]): readonly GanttBar[] {
  const endOfRow: number[] = [];
  return bars
    .toSorted((a, b) => a.fromMs - b.fromMs || a.key.localeCompare(b.key))
    .map((bar) => {
      const free = endOfRow.findIndex((endMs) => endMs <= bar.fromMs);
      const row = free === -1 ? endOfRow.length : free;
      endOfRow[row] = bar.toMs;
      return { ...bar, row };
    });
}

/** Where an attempt went on somewhere else, or again at the same member, for a reason. */
function arrowsOf(run: RunView, shown: ReadonlySet<string>): readonly GanttArrow[] {
  return run.tasks.flatMap((task) =>
    task.attempts.slice(1).flatMap((attempt, index) => {
      const before = task.attempts[index];
      const from = `${task.taskId}#${before?.number}`;
      const to = `${task.taskId}#${attempt.number}`;
      return before && shown.has(from) && shown.has(to) ? [{ from, to, reason: attempt.reason }] : [];
    }),
  );
}

/** The moment that is shown, and what the plan promised: where both promises are the same, one line says so. */
function marksOf({ endedAt, expectedFinishAt, bestFinishAt }: RunView, atMs: number): readonly GanttMark[] {
  const shown = { label: momentOf(endedAt, atMs), atMs, isOfPlan: false };
  if (expectedFinishAt === undefined || bestFinishAt === undefined) return [shown];
  const expected = { label: 'expected finish', atMs: Date.parse(expectedFinishAt), isOfPlan: true };
  const best = { label: 'best possible', atMs: Date.parse(bestFinishAt), isOfPlan: true };
  return [shown, expected, ...(best.atMs < expected.atMs ? [best] : [])];
}

/** Of a run that is over there is no now. */
function momentOf(endedAt: string | null, atMs: number): string {
  if (endedAt === null) return 'now';
  return atMs < Date.parse(endedAt) ? 'shown' : 'end';
}
