import { isFinalRunStatus, isFinalTaskStatus, type AttemptView, type RunView, type TaskView } from '#contracts';

/** What the backup client prints when Exchange still holds the lock of another backup of the same database. */
const LOCK_MET = /already in progress/i;

/**
 * What is wrong with how a run ended, in words; empty for a sound one. Judged from what the conductor tells: every database
 * has exactly one final state with a reason, and no two attempts of one database lived at the same time.
 */
export function problemsOfRun(run: RunView, databases: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (!isFinalRunStatus(run.status)) problems.push(`run ${run.runId} is ${run.status}: ${run.reason}`);
  for (const name of databases) {
    const tasks = run.tasks.filter(({ databaseName }) => databaseName === name);
    if (tasks.length !== 1)
      problems.push(`${name} has ${tasks.length} tasks in run ${run.runId} (${run.reason}), not one`);
  }
  return [...problems, ...run.tasks.flatMap(problemsOfTask)];
}

function problemsOfTask(task: TaskView): readonly string[] {
  const name = task.databaseName;
  const problems: string[] = [];
  if (!isFinalTaskStatus(task.status)) problems.push(`${name} is ${task.status}, which is no final state`);
  if (task.reason === '') problems.push(`${name} is ${task.status} without a reason`);
  const succeeded = task.attempts.filter(({ outcome }) => outcome === 'succeeded').length;
  const expected = task.status === 'succeeded' ? 1 : 0;
  if (succeeded !== expected) problems.push(`${name} is ${task.status} with ${succeeded} successful attempts`);
  for (const [index, attempt] of task.attempts.entries()) {
    problems.push(...problemsOfAttempt(name, attempt, task.attempts[index + 1]));
  }
  return problems;
}

function problemsOfAttempt(name: string, attempt: AttemptView, next: AttemptView | undefined): readonly string[] {
  const which = `attempt ${attempt.number} of ${name} on ${attempt.member}`;
  const problems: string[] = [];
  if (attempt.outcome === null || attempt.endedAt === null) problems.push(`${which} never ended`);
  else if (next && Date.parse(next.dispatchedAt) < Date.parse(attempt.endedAt)) {
    problems.push(`${which} still lived when attempt ${next.number} was sent to ${next.member}`);
  }
  if (LOCK_MET.test(JSON.stringify(attempt.failure?.details ?? {}))) {
    problems.push(`${which} met the lock of another backup, so two were at work`);
  }
  return problems;
}
