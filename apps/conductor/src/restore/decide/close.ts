import { ExitCode, type FinalRunStatus } from '#contracts';
import { createHash } from 'node:crypto';
import type { Draft } from '../../domain/decide/draft.js';
import type { Context } from '../../domain/decide/inputs.js';
import { onBackupRequested } from '../../domain/decide/request.js';
import { isOpenTask, type RestoreRunState, type RestoreTaskState } from '../restore.state.js';
import { mayHaveWritten } from '../saga/history.js';

/**
 * Ends a run before its work is done. What has not begun ends at once and what can still be undone is undone; a database whose files
 * were written to is restored to the end, because any other way leaves its users without it.
 */
export function closeRestore(draft: Draft, run: RestoreRunState, because: 'cancel' | 'deadline', reason: string): void {
  if (run.closing || run.endedAtMs !== null) return;
  const { runId } = run;
  draft.emit({ type: 'RestoreClosing', runId, because, reason });
  if (run.status === 'collecting') {
    const exitCode = because === 'cancel' ? ExitCode.cancelled : ExitCode.failed;
    const status = because === 'cancel' ? 'cancelled' : 'failed';
    return draft.emit({ type: 'RestoreCompleted', runId, status, exitCode, reason: `${reason} before it was planned` });
  }
  const status = because === 'cancel' ? 'cancelled' : 'failed';
  for (const task of run.tasks.values()) {
    if (canTurnBack(task)) draft.emit({ type: 'RestoreTaskTurnedBack', runId, taskId: task.taskId, status, reason });
  }
}

function canTurnBack(task: RestoreTaskState): boolean {
  if (task.status !== 'restoring') return false;
  return task.target.kind !== 'over' || !mayHaveWritten(task);
}

export function completeRestoreIfDone(draft: Draft, context: Context, runId: string): void {
  const run = draft.state.restores.get(runId);
  if (!run || run.endedAtMs !== null || run.status === 'collecting' || run.tasks.some(isOpenTask)) return;
  draft.emit({ type: 'RestoreCompleted', runId, ...verdict(run) });
  if (run.order.fullAfter === 'take') takeFull(draft, context, run);
}

interface Verdict {
  readonly status: FinalRunStatus;
  readonly exitCode: number;
  readonly reason: string;
}

/** What failed or needs a person outweighs what was cancelled. */
export function verdict(run: RestoreRunState): Verdict {
  const count = (status: RestoreTaskState['status']): number => run.tasks.count((task) => task.status === status);
  const succeeded = count('succeeded');
  const attention = count('needsAttention');
  const failed = count('failed') + attention;
  const cancelled = count('cancelled');
  const incomplete = run.tasks.count(isIncomplete);
  const counts = [
    `${succeeded} restored`,
    ...(incomplete > 0 ? [`${incomplete} of them without a copy: "dagctl alarms list" says what to do`] : []),
    ...(failed - attention > 0 ? [`${failed - attention} failed and as they were`] : []),
    ...(attention > 0 ? [`${attention} need attention: "dagctl alarms list" says what to do`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ].join(', ');
  const advice =
    overwritten(run).length > 0 && run.order.fullAfter === 'recommend'
      ? '; take a full backup now: the chain of backups begins anew'
      : '';
  const reason = `${counts}${advice}`;
  if (failed > 0)
    return { status: succeeded > 0 ? 'completedWithErrors' : 'failed', exitCode: ExitCode.failed, reason };
  if (cancelled > 0) return { status: 'cancelled', exitCode: ExitCode.cancelled, reason };
  if (incomplete > 0) return { status: 'completed', exitCode: ExitCode.warnings, reason };
  return { status: 'completed', exitCode: ExitCode.done, reason };
}

/** Restored, but for copies that were left out. */
function isIncomplete({ status, remainingCommands }: RestoreTaskState): boolean {
  return status === 'succeeded' && remainingCommands.length > 0;
}

function overwritten(run: RestoreRunState): readonly string[] {
  return [...run.tasks.values()].flatMap(({ status, target }) =>
    status === 'succeeded' && target.kind === 'over' ? [target.guid] : [],
  );
}

/** One backup run of everything that was overwritten. Its ids follow from the restore's, so that deciding twice asks once. */
function takeFull(draft: Draft, context: Context, run: RestoreRunState): void {
  const databases = overwritten(run);
  if (databases.length === 0) return;
  const requestId = `${run.requestId.slice(0, 120)}-full`;
  const request = { requestId, backupType: 'full' as const, databases, requestedBy: `restore ${run.runId}` };
  onBackupRequested(draft, context, {
    type: 'BackupRequested',
    runId: derivedUuid(`${run.runId} full`),
    requestId,
    request,
  });
}

function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
