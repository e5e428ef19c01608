import { ExitCode, FailureError, isFinalRunStatus, type RunView } from '#contracts';
import { isPassing, isRunUnknown, type DagClient } from '#client';
import type { CommandContext } from './context.js';
import { summaryFor } from './render/runs.js';

/** How long a request without --wait waits for the conductor to accept or refuse it. */
const ACCEPTANCE_LIMIT_MS = 30_000;

export interface Acceptance {
  readonly run: RunView | undefined;
  readonly trouble: FailureError | undefined;
}

/** The run once the request is checked against the inventory or refused, or as far as it got within the limit. */
export async function acceptance(client: DagClient, requestId: string): Promise<Acceptance> {
  let run: RunView | undefined;
  try {
    const signal = AbortSignal.timeout(ACCEPTANCE_LIMIT_MS);
    for await (const view of client.watch(
      { requestId },
      { signal, troubleLimitMs: ACCEPTANCE_LIMIT_MS, appearLimitMs: ACCEPTANCE_LIMIT_MS },
    )) {
      run = view;
      if (view.status !== 'collecting') break;
    }
    return { run, trouble: undefined };
  } catch (error) {
    if (!isPassing(error) && !isRunUnknown(error)) throw error;
    return { run, trouble: error };
  }
}

export function reportAcceptance(context: CommandContext, requestId: string, { run, trouble }: Acceptance): number {
  if (!run) {
    const seconds = ACCEPTANCE_LIMIT_MS / 1_000;
    context.surroundings.stderr.write(
      `The request ${requestId} is stored on the broker, but no conductor took it within ${seconds} s` +
        `${trouble ? ` (${trouble.message})` : ''}. It becomes a run when a conductor starts; do not ask again with another id.\n` +
        `  see it then:  dagctl run watch ${requestId}\n`,
    );
    context.result({ requestId, run: null }, () => `request=${requestId} status=waiting exit=${ExitCode.failed}`);
    return ExitCode.failed;
  }
  const over = isFinalRunStatus(run.status);
  const exitCode = over ? (run.exitCode ?? ExitCode.failed) : ExitCode.done;
  const advice = over ? [] : [`  watch it:  dagctl run watch ${run.runId}`];
  context.result({ requestId, run }, () => [run.reason, ...advice, summaryFor(run, exitCode)].join('\n'));
  return exitCode;
}
