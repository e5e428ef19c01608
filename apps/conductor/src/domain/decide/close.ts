import { ExitCode, type FinalRunStatus } from '#contracts';
import { unaccounted } from '../accounting.js';
import type { SupersedeCause } from '../run.event-parts.js';
import { isOpen, liveAttempt, type RunState } from '../run.state.js';
import { closeTask } from './continue-task.js';
import type { Draft } from './draft.js';

/**
 * Begins the end of a run before its work is done. What was not begun ends at once; what runs is told to stop, and ends
 * when its agent says so or its lease runs out.
 */
export function closeRun(draft: Draft, run: RunState, because: 'cancel' | 'deadline', reason: string): void {
  if (run.closing) return;
  draft.emit({ type: 'RunClosing', runId: run.runId, because, reason });
  const closing = draft.state.runs.get(run.runId);
  if (!closing) return;
  const cause: SupersedeCause = because;
  for (const task of closing.tasks.values()) {
    const attempt = liveAttempt(task);
    if (attempt) {
      if (attempt.superseded === null) {
        draft.emit({
          type: 'AttemptSuperseded',
          runId: run.runId,
          taskId: task.taskId,
          attemptId: attempt.attemptId,
          because: cause,
          reason,
        });
      }
    } else if (isOpen(task)) {
      closeTask(draft, closing, task);
    }
  }
}

/** Ends a run none of whose tasks is open. */
export function completeIfDone(draft: Draft, runId: string): void {
  const run = draft.state.runs.get(runId);
  if (!run || run.tally.ended < run.tally.total) return;
  const planned = run.status === 'running' || run.status === 'cancelling';
  if (planned) draft.emit({ type: 'RunCompleted', runId, ...verdict(run) });
}

interface RunVerdict {
  readonly status: FinalRunStatus;
  readonly exitCode: number;
  readonly reason: string;
}

/** The scheduler convention: what failed outweighs what was cancelled, that what is fewer than wanted, that what was left out. */
export function verdict(run: RunState): RunVerdict {
  const { tally, closing } = run;
  const counts = [
    `${tally.succeeded} succeeded`,
    ...(tally.failed > 0 ? [`${tally.failed} failed`] : []),
    ...(tally.cancelled > 0 ? [`${tally.cancelled} cancelled`] : []),
    ...(tally.notNeeded > 0 ? [`${tally.notNeeded} not needed`] : []),
    ...(tally.leftOut.fewerCopies > 0 ? [`${tally.leftOut.fewerCopies} copies fewer than wanted`] : []),
    ...(tally.leftOut.policy > 0 ? [`${tally.leftOut.policy} left out by policy`] : []),
    ...(tally.leftOut.never > 0 ? [`${tally.leftOut.never} never backed up`] : []),
  ].join(', ');
  if (closing === 'cancel')
    return { status: 'cancelled', exitCode: ExitCode.cancelled, reason: `cancelled; ${counts}` };
  if (closing === 'deadline' && tally.total === 0) {
    return {
      status: 'failed',
      exitCode: ExitCode.failed,
      reason: 'the deadline passed before the run could be planned',
    };
  }
  const missing = unaccounted(run);
  if (missing > 0) {
    return {
      status: 'completedWithErrors',
      exitCode: ExitCode.failed,
      reason: `${counts}; ${missing} of ${run.knownDatabases} databases that the inventory knew are not accounted for`,
    };
  }
  if (tally.failed > 0) {
    const status = tally.succeeded > 0 ? 'completedWithErrors' : 'failed';
    const reason = closing === 'deadline' ? `the deadline passed; ${counts}: ${missingIn(run)}` : counts;
    return { status, exitCode: ExitCode.failed, reason };
  }
  if (tally.leftOut.fewerCopies > 0) return { status: 'completed', exitCode: ExitCode.warnings, reason: counts };
  if (tally.leftOut.policy > 0) return { status: 'completed', exitCode: ExitCode.skippedByPolicy, reason: counts };
  return { status: 'completed', exitCode: ExitCode.done, reason: counts };
}

/** Databases named in a run's reason; all the others have theirs in their task. */
const NAMED_MAX = 20;

/** What a run that passed its deadline owes: the databases without the backups that were wanted, by name. */
function missingIn(run: RunState): string {
  const names = [
    ...new Set([...run.tasks.values()].flatMap((task) => (task.status === 'failed' ? [task.databaseName] : []))),
  ];
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
