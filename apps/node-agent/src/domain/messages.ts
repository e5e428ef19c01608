import type { AttemptAcceptance, AttemptRef } from '#contracts';

/** What every message about an attempt begins with; nothing else of the order travels back. */
export function refAndMember(ref: AttemptRef, { memberId }: { readonly memberId: string }): AttemptAcceptance {
  return { runId: ref.runId, taskId: ref.taskId, attemptId: ref.attemptId, attempt: ref.attempt, memberId };
}
