import { liveAttempt, type RunState } from '../run.state.js';
import { standAt } from '../window/window.js';
import type { Draft } from './draft.js';
import type { Context } from './inputs.js';

/** Notes what the run's window allows now, if that is news; what still runs when it closes may have to stop. */
export function followWindow(draft: Draft, context: Context, runId: string): void {
  const run = draft.state.runs.get(runId);
  const window = run?.order.window;
  if (!run || !window || run.closing) return;
  const { changesAtMs } = run.window ?? { changesAtMs: context.nowMs };
  if (changesAtMs === null || context.nowMs < changesAtMs) return;
  const stand = standAt(window, context.nowMs);
  draft.emit({ type: 'RunWindowChanged', runId, ...stand });
  const after = draft.state.runs.get(runId);
  if (!after) return;
  if (!stand.isOpen && window.whenClosed === 'stop') stopRunning(draft, after);
  // What is ready there may go now, or what stood behind it may pass.
  for (const task of after.tasks.values()) {
    if (task.status === 'pending' && task.member !== null) draft.dirtyMembers.add(task.member);
  }
}

function stopRunning(draft: Draft, run: RunState): void {
  for (const task of run.tasks.values()) {
    const attempt = liveAttempt(task);
    if (!attempt || attempt.superseded !== null) continue;
    draft.emit({
      type: 'AttemptSuperseded',
      runId: run.runId,
      taskId: task.taskId,
      attemptId: attempt.attemptId,
      because: 'window',
      reason: 'the window of the run has closed',
    });
  }
}
