import { displayName, type PlanDocument, type PlanTaskView } from '#contracts';
import { formatBytes } from '#client';
import { renderExclusions } from './runs.js';
import { table, type TableOptions } from './table.js';

/** Columns of the picture of one member's time. */
const TIMELINE_COLUMNS = 40;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A plan for people: when it ends and why not earlier, each member's time, and each database's choice with its reasons. */
export function renderPlan(plan: PlanDocument, options: TableOptions): string {
  const { colours } = options;
  const placed = plan.tasks.filter(({ outcome }) => outcome === 'placed');
  const over = plan.boundMs > 0 ? ` (${((plan.finishMs / plan.boundMs - 1) * 100).toFixed(1)} % above it)` : '';
  return [
    `${colours.bold('expected finish')} ${duration(plan.finishMs)} after the start; best possible ${duration(plan.boundMs)}${over}`,
    ...(plan.binding.length > 0 ? [`not earlier because: ${plan.binding.join('; ')}`] : []),
    ...(plan.window ? [(plan.window.late.length > 0 ? colours.red : colours.green)(plan.window.text)] : []),
    ...plan.warnings.map((warning) => colours.yellow(`warning: ${warning}`)),
    '',
    ...(placed.length > 0 ? [renderMembers(plan, placed, options), ''] : []),
    renderChoices(plan.tasks, options),
    ...renderExclusions(plan.exclusions),
  ].join('\n');
}

function renderMembers(plan: PlanDocument, placed: readonly PlanTaskView[], options: TableOptions): string {
  const members = [...new Set(placed.flatMap(({ member }) => member ?? []))].toSorted();
  const rows = members.map((member) => {
    const own = placed.filter((task) => task.member === member);
    const bytes = own.reduce((sum, task) => sum + Number(task.sizeBytes), 0);
    const endMs = Math.max(...own.map((task) => task.endMs ?? 0));
    return [
      displayName(member),
      String(own.length),
      formatBytes(String(bytes)),
      duration(endMs),
      timeline(own, plan.finishMs),
      own.map((task) => task.databaseName).join(', '),
    ];
  });
  return table(['member', 'backups', 'bytes', 'done after', 'timeline', 'in this order'], rows, options);
}

/** One character for each slice of the run: busy or not. Neighbouring backups differ, so that one sees where the next begins. */
function timeline(tasks: readonly PlanTaskView[], finishMs: number): string {
  return Array.from({ length: TIMELINE_COLUMNS }, (_, column) => {
    const atMs = ((column + 0.5) / TIMELINE_COLUMNS) * finishMs;
    const index = tasks.findIndex(({ startMs, endMs }) => (startMs ?? 0) <= atMs && atMs < (endMs ?? 0));
    return index === -1 ? '.' : index % 2 === 0 ? '#' : '=';
  }).join('');
}

function renderChoices(tasks: readonly PlanTaskView[], options: TableOptions): string {
  if (tasks.length === 0) return 'The plan has no backup.';
  const rows = tasks.map((task) => [
    task.copyNumber > 1 ? `${task.databaseName} #${task.copyNumber}` : task.databaseName,
    formatBytes(task.sizeBytes),
    task.member === null ? wordOf(task) : displayName(task.member),
    task.startMs === null ? '' : `${duration(task.startMs)} - ${duration(task.endMs ?? 0)}`,
    task.reason,
  ]);
  return table(['database', 'bytes', 'member', 'from - to', 'why'], rows, options);
}

function wordOf({ outcome, rule }: PlanTaskView): string {
  switch (outcome) {
    case 'waiting':
      return 'waits';
    case 'leftOut':
      return `skipped (${rule})`;
    case 'failed':
      return `fails (${rule})`;
    case 'notNeeded':
      return 'not needed';
    case 'placed':
      return 'placed';
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown outcome ${String(unknown)}`);
    }
  }
}

/** `2:05:30`: plans are compared by eye. */
function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return `${hours}:${String(minutes).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
