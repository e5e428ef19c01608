import { displayName, failure, type Failure, type StartBackup } from '#contracts';

/** Why an attempt is ended from outside, in the words that people read. */

export function declaredStale({ databaseName }: StartBackup): Failure {
  return failure(
    'attempt.superseded',
    `the conductor says that this attempt to back up ${databaseName} is no longer wanted`,
    { retryable: false },
  );
}

export function supersededBy(attemptId: string): Failure {
  return failure('attempt.superseded', `the later attempt ${attemptId} of the same task was ordered on this member`, {
    retryable: false,
  });
}

export function stopOrdered(reason: string): Failure {
  return failure('attempt.stop-ordered', `stopped by order: ${reason}`, { retryable: false });
}

export function agentStopped(memberId: string): Failure {
  return failure(
    'agent.stopping',
    `the agent on ${displayName(memberId)} was stopped, and a backup cannot go on without it`,
    {
      retryable: true,
    },
  );
}

export function neverGranted({ databaseName }: StartBackup, grantWaitMs: number): Failure {
  const message = `no lease for ${databaseName} came within ${grantWaitMs} ms, so it was never started; is the conductor running?`;
  return failure('lease.never-granted', message, { retryable: true });
}

export function leaseExpired({ databaseName, leaseMs }: StartBackup): Failure {
  const message = `the lease of ${databaseName} (${leaseMs} ms) ended with no renewal, so the backup was stopped; the task may go on elsewhere`;
  return failure('lease.expired', message, { retryable: true });
}

export function timedOut({ databaseName }: StartBackup, attemptTimeoutMs: number): Failure {
  return failure(
    'attempt.timeout',
    `the backup of ${databaseName} did not end within ${attemptTimeoutMs} ms and was killed`,
    { retryable: true },
  );
}
