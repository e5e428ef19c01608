import { ExitCode, type RunView } from '#contracts';
import { ProblemError, problem } from '../http/problem.js';
import type { ConsoleClient } from '../ports.js';

/** How long the answer to a request waits for the run that came of it. */
export const STARTED_WITHIN_MS = 10_000;

/** The run that a request became. A request that the conductor refused as wrong is a problem. */
export async function startedRun(client: ConsoleClient, requestId: string): Promise<RunView> {
  const run = await client.waitUntil({ requestId }, (view) => view.status !== 'collecting', {
    timeoutMs: STARTED_WITHIN_MS,
  });
  if (run.exitCode === ExitCode.usage) throw new ProblemError(problem(422, 'request.refused', run.reason));
  return run;
}
