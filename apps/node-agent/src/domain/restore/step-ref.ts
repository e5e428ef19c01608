import type { RestoreStepRef } from '#contracts';

/** What every message about a step begins with; nothing else of the order travels back. */
export function stepRef({ runId, taskId, stepId, number }: RestoreStepRef): RestoreStepRef {
  return { runId, taskId, stepId, number };
}
