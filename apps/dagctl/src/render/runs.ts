import {
  displayName,
  type AccountingView,
  type ExclusionView,
  type RunSummary,
  type RunView,
  type TaskView,
} from '#contracts';
import { clockOf, formatBytes, progressOf, type Colours } from '#client';
import { between, momentOf } from './moments.js';
import { renderRestoreSteps, renderRestoreTasks } from './restores.js';
import { table, type TableOptions } from './table.js';

/** Names of one exclusion for people; `--json` has more. */
const EXCLUDED_NAMES_MAX = 20;

export function renderRuns(runs: readonly RunSummary[], options: TableOptions): string {
  if (runs.length === 0) return 'There is no run yet. Start one with: dagctl backup';
  const rows = runs.map((run) => [
    run.runId.slice(0, 8),
    statusOf(run.status, options.colours),
    run.exitCode === null ? '' : String(run.exitCode),
    `${run.tasksEnded}/${run.tasksTotal}`,
    momentOf(run.requestedAt),
    between(run.requestedAt, run.endedAt),
    run.requestedBy ?? '',
    run.requestId,
  ]);
  return table(['run', 'status', 'exit', 'tasks', 'requested', 'took', 'by', 'request id'], rows, options);
}

/** A run with its tasks and every attempt; the history too where asked for. */
export function renderRun(run: RunView, options: TableOptions & { readonly history: boolean }): string {
  const { colours } = options;
  const { failovers, agentsLost, reroutes } = run.counters;
  const took = run.endedAt === null ? '' : `, took ${between(run.requestedAt, run.endedAt)}`;
  const head = [
    `${colours.bold(`run ${run.runId}`)}  ${statusOf(run.status, colours)}`,
    run.reason,
    `requested ${momentOf(run.requestedAt)}${run.requestedBy ? ` by ${run.requestedBy}` : ''}, request id ${run.requestId}${took}`,
    `failovers ${failovers}, agents lost ${agentsLost}, reroutes ${reroutes}`,
    ...run.warnings.map((warning) => colours.yellow(`warning: ${warning}`)),
    ...(run.missingMembers.length > 0
      ? [colours.yellow(`did not answer: ${run.missingMembers.map(displayName).join(', ')}`)]
      : []),
  ];
  const history = options.history ? ['', ...run.log.map((entry) => `${clockOf(entry.at)} ${entry.text}`)] : [];
  const steps = run.restore && options.history ? ['', renderRestoreSteps(run.restore.tasks, options)] : [];
  return [...head, '', renderRunTasks(run, options), ...steps, ...history].join('\n');
}

/** What became of each database of a run, whatever kind of run it is. */
export function renderRunTasks(run: RunView, options: TableOptions): string {
  if (run.restore) return renderRestoreTasks(run.restore.tasks, options);
  return [renderTasks(run.tasks, options), ...renderAccounting(run.accounting)].join('\n');
}

/** Where every known database stands; nothing before the run is planned. */
export function renderAccounting(accounting: AccountingView): readonly string[] {
  if (accounting.known === 0) return [];
  const { known, backedUp, notNeeded, excluded, failed, open } = accounting;
  return [
    '',
    `databases known ${known}: backed up ${backedUp}, not needed ${notNeeded}, excluded ${excluded}, failed ${failed}` +
      (open > 0 ? `, open ${open}` : ''),
    ...renderExclusions(accounting.exclusions),
  ];
}

export function renderExclusions(exclusions: readonly ExclusionView[]): readonly string[] {
  return exclusions.map(({ rule, reason, count, databases }) => {
    const named = databases.slice(0, EXCLUDED_NAMES_MAX).join(', ');
    const more = count > EXCLUDED_NAMES_MAX ? ` and ${count - EXCLUDED_NAMES_MAX} more` : '';
    return `  excluded by ${rule} (${reason}): ${named}${more}`;
  });
}

export function renderTasks(tasks: readonly TaskView[], options: TableOptions): string {
  if (tasks.length === 0) return 'The run has no task.';
  const rows = tasks
    .toSorted(byName)
    .map((task) => [
      task.copyNumber > 1 ? `${task.databaseName} #${task.copyNumber}` : task.databaseName,
      task.kind,
      statusOf(task.status, options.colours),
      task.status === 'skipped' || task.status === 'notNeeded' ? '' : formatBytes(task.bytesDone),
      [attemptsOf(task), blockOf(task) ?? task.reason].filter((text) => text !== '').join('; '),
    ]);
  return table(['database', 'kind', 'status', 'bytes', 'attempts and reason'], rows, options);
}

function byName(a: TaskView, b: TaskView): number {
  return a.databaseName.localeCompare(b.databaseName, 'en', { numeric: true }) || a.copyNumber - b.copyNumber;
}

/** Why a task that could go on does not; of one that waits for its turn, also why it waits there. */
function blockOf({ blocked, reason }: TaskView): string | undefined {
  if (!blocked) return undefined;
  const what = reason.includes(blocked.reason) ? reason : blocked.reason;
  return `blocked by ${blocked.rule} since ${clockOf(blocked.since)}: ${what}`;
}

/** `EX01 interrupted, EX02 succeeded (failover)`: where it was tried and why again. */
function attemptsOf(task: TaskView): string {
  return task.attempts
    .map(
      (attempt) =>
        `${displayName(attempt.member)} ${attempt.outcome ?? 'at work'}${attempt.reason === 'planned' ? '' : ` (${attempt.reason})`}`,
    )
    .join(', ');
}

/** The last line, for scripts: fixed words, fixed order. */
export function summaryFor(run: RunView, exitCode: number): string {
  const { succeeded, failed, skipped, cancelled, notNeeded } = progressOf(run).counts;
  return (
    `run=${run.runId} status=${run.status} exit=${exitCode} succeeded=${succeeded} failed=${failed} ` +
    `skipped=${skipped} cancelled=${cancelled} notNeeded=${notNeeded}`
  );
}

function statusOf(status: RunSummary['status'] | TaskView['status'], colours: Colours): string {
  switch (status) {
    case 'completed':
    case 'succeeded':
    case 'notNeeded':
      return colours.green(status);
    case 'failed':
      return colours.red(status);
    case 'completedWithErrors':
    case 'cancelled':
    case 'cancelling':
    case 'skipped':
      return colours.yellow(status);
    case 'collecting':
    case 'running':
    case 'pending':
    case 'dispatched':
      return colours.cyan(status);
    default: {
      const unknown: never = status;
      throw new Error(`unknown status ${String(unknown)}`);
    }
  }
}
