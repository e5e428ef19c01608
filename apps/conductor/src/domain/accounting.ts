import { EXCLUSION_NAMES_MAX, type AccountingView, type ExclusionView } from '#contracts';
import type { RunState, TaskState } from './run.state.js';

/** What became of one database in one run. */
export type Account = 'backedUp' | 'notNeeded' | 'excluded' | 'failed' | 'open';

/**
 * One word for all tasks of a database. What failed or was cancelled outweighs what succeeded: a database that was to be backed up twice
 * and was only once because the second try failed is not one that people may stop looking at. A copy left out by a rule
 * takes nothing from the one that was made.
 */
export function accountOf(tasks: readonly TaskState[]): Account {
  const has = (...wanted: readonly TaskState['status'][]): boolean =>
    tasks.some(({ status }) => wanted.includes(status));
  if (has('failed', 'cancelled')) return 'failed';
  if (has('pending', 'dispatched', 'running')) return 'open';
  if (has('succeeded')) return 'backedUp';
  return has('notNeeded') ? 'notNeeded' : 'excluded';
}

/** Databases that the inventory knew and that neither a task nor a rule of the run tells of. Never above 0 unless the plan has a mistake in it. */
export function unaccounted(run: RunState): number {
  const excluded = run.excluded.reduce((count, { databases }) => count + databases.length, 0);
  return Math.max(0, run.knownDatabases - run.tasksByDatabase.size - excluded);
}

export function accountingOf(run: RunState): AccountingView {
  const counts = { backedUp: 0, notNeeded: 0, excluded: 0, failed: 0, open: unaccounted(run) };
  const exclusions = run.excluded.map(({ rule, reason, databases }) =>
    exclusionView(
      rule,
      reason,
      databases.map(({ name }) => name),
    ),
  );
  const byRule = new Map<string, string[]>();
  for (const { count } of exclusions) counts.excluded += count;
  for (const taskIds of run.tasksByDatabase.values()) {
    const tasks = taskIds.flatMap((taskId) => run.tasks.get(taskId) ?? []);
    const account = accountOf(tasks);
    counts[account] += 1;
    const [first] = tasks;
    if (account !== 'excluded' || !first) continue;
    const rule = first.rule ?? 'unknown';
    const names = byRule.get(rule);
    if (names) names.push(first.databaseName);
    else byRule.set(rule, [first.databaseName]);
  }
  const ofTasks = [...byRule].map(([rule, names]) => exclusionView(rule, 'see the tasks for each reason', names));
  return { known: run.knownDatabases, ...counts, exclusions: [...exclusions, ...ofTasks] };
}

function exclusionView(rule: string, reason: string, names: readonly string[]): ExclusionView {
  return {
    rule,
    reason,
    count: names.length,
    databases: names.toSorted((a, b) => a.localeCompare(b)).slice(0, EXCLUSION_NAMES_MAX),
  };
}
