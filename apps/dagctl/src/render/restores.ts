import {
  displayName,
  type PreflightDatabase,
  type PreflightStep,
  type RestorePreflight,
  type RestoreTaskStatus,
  type RestoreTaskView,
} from '#contracts';
import { clockOf, formatBytes, formatDuration, type Colours } from '#client';
import { momentOf } from './moments.js';
import { table, type TableOptions } from './table.js';

/** Every database of a restore run, and what a person has to do where something was left. */
export function renderRestoreTasks(tasks: readonly RestoreTaskView[], options: TableOptions): string {
  if (tasks.length === 0) return 'The run has no task.';
  const sorted = tasks.toSorted((a, b) => a.databaseName.localeCompare(b.databaseName, 'en', { numeric: true }));
  const rows = sorted.map((task) => [
    task.databaseName,
    task.target,
    task.member === null ? '' : displayName(task.member),
    statusOf(task.status, options.colours),
    formatBytes(Number(task.bytesDone)),
    task.backups.at(-1)?.startedAt ? momentOf(task.backups.at(-1)?.startedAt ?? null) : '',
    task.reason,
  ]);
  const left = sorted
    .filter(({ remainingCommands }) => remainingCommands.length > 0)
    .map(
      ({ databaseName, remainingCommands }) =>
        `${options.colours.red(`${databaseName}: what remains to be done, in this order:`)}\n` +
        remainingCommands.map((command) => `    ${command}`).join('\n'),
    );
  const headers = ['database', 'restored to', 'on', 'status', 'bytes', 'as of', 'reason'];
  return [table(headers, rows, options), ...left].join('\n\n');
}

/** Every step that was ordered, database by database. */
export function renderRestoreSteps(tasks: readonly RestoreTaskView[], options: TableOptions): string {
  return tasks
    .filter(({ steps }) => steps.length > 0)
    .map(({ databaseName, steps }) => {
      const rows = steps.map((step) => [
        `  ${step.number}`,
        clockOf(step.orderedAt),
        displayName(step.member),
        step.purpose === 'forward' ? '' : step.purpose,
        step.text,
        step.failure ? `${step.outcome ?? 'at work'}: ${step.failure.message}` : (step.outcome ?? 'at work'),
      ]);
      return `${options.colours.bold(databaseName)}\n${table(['  step', 'ordered', 'on', '', 'what', 'outcome'], rows, options)}`;
    })
    .join('\n\n');
}

/** What a restore would do, what users will notice, and what stands against it. */
export function renderPreflight(preflight: RestorePreflight, options: TableOptions): string {
  const { colours } = options;
  const verdict = preflight.isReady
    ? colours.green('Nothing stands against it. Nothing was touched.')
    : colours.red('It would be refused. Nothing was touched.');
  const ends =
    preflight.endsAfterMs === null
      ? []
      : [`estimated end: ${formatDuration(preflight.endsAfterMs)} after the beginning`];
  return [
    ...preflight.databases.map((database) => renderDatabase(database, options)),
    [
      ...preflight.problems.map((problem) => colours.red(`problem: ${problem}`)),
      ...preflight.warnings.map((warning) => colours.yellow(`warning: ${warning}`)),
      ...ends,
      verdict,
    ].join('\n'),
  ].join('\n\n');
}

function renderDatabase(database: PreflightDatabase, options: TableOptions): string {
  const { colours } = options;
  const backups = database.backups.map(
    ({ backupId, backupType, startedAt, sizeBytes }) =>
      `  from ${backupId}  ${backupType}, taken ${momentOf(startedAt)}${sizeBytes === null ? '' : `, ${formatBytes(Number(sizeBytes))}`}`,
  );
  const offline =
    database.offlineDatabase === null
      ? '  no users are cut off'
      : colours.yellow(
          `  users of ${database.offlineDatabase} are cut off for about ${database.offlineMs === null ? 'an unknown time' : formatDuration(database.offlineMs)}`,
        );
  const disk =
    database.neededBytes === null && database.freeBytes === null
      ? []
      : [`  disk: ${bytes(database.neededBytes)} needed, ${bytes(database.freeBytes)} free`];
  return [
    `${colours.bold(database.databaseName)} to ${database.target}${database.member === null ? '' : ` on ${displayName(database.member)}`}`,
    ...backups,
    offline,
    ...disk,
    ...(database.needsConfirmation
      ? [
          colours.red(
            `  overwrites a mounted database: confirm it with --confirm ${database.offlineDatabase ?? database.target}`,
          ),
        ]
      : []),
    ...database.problems.map((problem) => colours.red(`  problem: ${problem}`)),
    ...database.warnings.map((warning) => colours.yellow(`  warning: ${warning}`)),
    ...database.steps.map((step, index) => renderStep(index + 1, step, colours)),
  ].join('\n');
}

/** The command has a line of its own, as long as it is: people copy it. */
function renderStep(number: number, { member, text, command }: PreflightStep, colours: Colours): string {
  const indent = `  ${String(number).padStart(3)}  `;
  return `${indent}${text}, on ${displayName(member)}\n${colours.dim(`${' '.repeat(indent.length)}${command}`)}`;
}

function bytes(text: string | null): string {
  return text === null ? 'unknown' : formatBytes(Number(text));
}

function statusOf(status: RestoreTaskStatus, colours: Colours): string {
  switch (status) {
    case 'succeeded':
      return colours.green(status);
    case 'failed':
    case 'needsAttention':
      return colours.red(status);
    case 'cancelled':
    case 'undoing':
      return colours.yellow(status);
    case 'waiting':
    case 'restoring':
    case 'reseeding':
      return colours.cyan(status);
    default: {
      const unknown: never = status;
      throw new Error(`unknown status ${String(unknown)}`);
    }
  }
}
