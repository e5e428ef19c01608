import {
  ExitCode,
  isFinalTaskStatus,
  type AttemptOutcome,
  type AttemptReason,
  type DatabaseKind,
  type FinalTaskStatus,
  type InventorySnapshot,
  type RunView,
  type TaskView,
} from '#contracts';
import { formatBytes } from '../cli/quantities.js';
import { table } from '../cli/status-text.js';

/** What `--json` writes; the names are a contract with scripts. */
export interface DemoReport {
  readonly outcome: 'completed' | 'completedWithErrors' | 'failed';
  readonly exitCode: number;
  readonly runId: string;
  readonly databases: readonly DatabaseReport[];
  readonly events: { readonly failovers: number; readonly agentsLost: number; readonly reroutes: number };
  readonly verified: boolean;
  readonly durationMs: number;
}

export interface DatabaseReport {
  readonly name: string;
  readonly kind: DatabaseKind;
  readonly outcome: FinalTaskStatus;
  readonly reason: string;
  readonly attempts: readonly AttemptReport[];
  readonly bytes: number;
}

export interface AttemptReport {
  readonly member: string;
  readonly number: number;
  readonly reason: AttemptReason;
  readonly outcome: AttemptOutcome | null;
}

export interface DemoResult {
  readonly run: RunView;
  readonly snapshot: InventorySnapshot;
  readonly verified: boolean;
  readonly durationMs: number;
}

/** The report of a demo whose run could not be made or followed to its end. */
export function failedReport(durationMs: number): DemoReport {
  const events = { failovers: 0, agentsLost: 0, reroutes: 0 };
  return {
    outcome: 'failed',
    exitCode: ExitCode.failed,
    runId: '',
    databases: [],
    events,
    verified: false,
    durationMs,
  };
}

export function buildReport({ run, snapshot, verified, durationMs }: DemoResult): DemoReport {
  const { failovers, agentsLost, reroutes } = run.counters;
  const outcome = run.status === 'completed' || run.status === 'completedWithErrors' ? run.status : 'failed';
  return {
    outcome: verified ? outcome : 'failed',
    exitCode: verified ? (run.exitCode ?? ExitCode.failed) : ExitCode.failed,
    runId: run.runId,
    databases: snapshot.databases
      .toSorted((left, right) => left.name.localeCompare(right.name))
      .map((database) => {
        const tasks = run.tasks.filter((task) => task.databaseGuid === database.guid);
        return {
          name: database.name,
          kind: database.kind,
          ...summarise(tasks),
          attempts: tasks.flatMap((task) => attemptsOf(task, snapshot)),
          bytes: tasks.reduce((sum, task) => sum + bytesOf(task), 0),
        };
      }),
    events: { failovers, agentsLost, reroutes },
    verified,
    durationMs: Math.round(durationMs),
  };
}

/** Several tasks make one outcome: the worst. */
const WORST_FIRST: readonly FinalTaskStatus[] = ['failed', 'cancelled', 'succeeded', 'notNeeded', 'skipped'];

function summarise(tasks: readonly TaskView[]): { readonly outcome: FinalTaskStatus; readonly reason: string } {
  for (const outcome of WORST_FIRST) {
    const task = tasks.find((each) => each.status === outcome);
    if (task !== undefined) return { outcome, reason: task.reason };
  }
  const open = tasks.find((task) => !isFinalTaskStatus(task.status));
  return open === undefined
    ? { outcome: 'skipped', reason: 'the run had no task for it' }
    : { outcome: 'failed', reason: `not ended: ${open.reason}` };
}

function attemptsOf(task: TaskView, snapshot: InventorySnapshot): readonly AttemptReport[] {
  return task.attempts.map(({ member, number, reason, outcome }) => ({
    member: snapshot.members.find((each) => each.id === member)?.name ?? member,
    number,
    reason,
    outcome,
  }));
}

function bytesOf(task: TaskView): number {
  return task.attempts
    .filter((attempt) => attempt.outcome === 'succeeded')
    .reduce((sum, { bytes }) => sum + Number(bytes), 0);
}

/** The table at the end: one line per database, every attempt with its reason. */
export function renderReport(report: DemoReport, run: RunView, snapshot: InventorySnapshot): string {
  return table(
    ['database', 'kind', 'outcome', 'bytes', 'duration', 'attempts: member (reason, outcome)'],
    report.databases.map((database) => [
      database.name,
      database.kind,
      database.outcome,
      database.bytes === 0 ? '' : formatBytes(database.bytes),
      durationOf(guidsOf(database.name, snapshot), run),
      database.attempts.length === 0 ? database.reason : database.attempts.map(attemptText).join('; '),
    ]),
  );
}

function attemptText({ member, reason, outcome }: AttemptReport): string {
  return `${member} (${reason}, ${outcome ?? 'open'})`;
}

function guidsOf(name: string, snapshot: InventorySnapshot): readonly string[] {
  return snapshot.databases.filter((database) => database.name === name).map((database) => database.guid);
}

/** From the first order to the last word about it. */
function durationOf(guids: readonly string[], run: RunView): string {
  const attempts = run.tasks.filter((task) => guids.includes(task.databaseGuid)).flatMap((task) => task.attempts);
  const from = attempts.map((attempt) => Date.parse(attempt.dispatchedAt));
  const to = attempts.flatMap((attempt) => (attempt.endedAt === null ? [] : [Date.parse(attempt.endedAt)]));
  if (from.length === 0 || to.length === 0) return '';
  return `${((Math.max(...to) - Math.min(...from)) / 1_000).toFixed(1)} s`;
}
