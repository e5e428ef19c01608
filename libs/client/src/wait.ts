import { FailureError, failure, isFinalRunStatus, type RunView } from '#contracts';
import type { RunReference, WatchOptions } from './watch.js';

export interface WaitOptions extends WatchOptions {
  readonly timeoutMs?: number;
}

/** The first view that fits, or the final one. With `timeoutMs`, rejects with `run.wait-timeout` when neither came by then. */
export async function waitUntil(
  watch: (options: WatchOptions) => AsyncIterable<RunView>,
  reference: RunReference,
  fits: (run: RunView) => boolean,
  { timeoutMs, signal, ...rest }: WaitOptions,
): Promise<RunView> {
  const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signals = [signal, limit].filter((one) => one !== undefined);
  let last: RunView | undefined;
  for await (const run of watch({ ...rest, ...(signals.length > 0 ? { signal: AbortSignal.any(signals) } : {}) })) {
    last = run;
    if (fits(run)) return run;
  }
  if (last && isFinalRunStatus(last.status)) return last;
  throw waitEnded(reference, timeoutMs, last);
}

function waitEnded(reference: RunReference, timeoutMs: number | undefined, last: RunView | undefined): FailureError {
  const name = 'runId' in reference ? `run ${reference.runId}` : `request ${reference.requestId}`;
  const state = last ? `It is ${last.status}: ${last.reason}` : 'Nothing was heard of it.';
  return new FailureError(
    failure(
      'run.wait-timeout',
      `Waited for ${name}${timeoutMs === undefined ? '' : ` ${Math.round(timeoutMs / 1_000)} s`}; it is not over. ${state} It goes on.`,
      { retryable: true },
    ),
  );
}
