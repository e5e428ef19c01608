import { FailureError, RUN_LOG_PAGE, failure, isFinalRunStatus, type RunView } from '#contracts';
import { isPassing, isRunUnknown } from './failures.js';
import { APPEAR_LIMIT_MS, POLL_MS, TROUBLE_LIMIT_MS } from './limits.js';
import { restAfter, type Pacing } from './pacing.js';

/** A run by either of its ids. */
export type RunReference = { readonly runId: string } | { readonly requestId: string };

export interface WatchOptions {
  /** Between two looks; longer where a look takes long. */
  readonly pollMs?: number;
  /** Ends the watching; the run goes on. */
  readonly signal?: AbortSignal;
  /** History up to here is known already. */
  readonly afterSequence?: number;
  /** How long to go on while nobody answers. */
  readonly troubleLimitMs?: number;
  /** How long an unknown run may take to become known. Default: a while for a request id, not at all for a run id. */
  readonly appearLimitMs?: number;
  /** Told once when answers stop coming, with the reason, and once with null when they come again. */
  readonly onTrouble?: (failure: FailureError | null) => void;
}

export type AskRun = (reference: RunReference, afterSequence: number) => Promise<RunView>;

/**
 * Looks at a run again and again until it is final. Each view carries only history that earlier ones did not; nothing is
 * skipped, because every question names the last entry seen. A conductor that is away for a while only delays the next view.
 */
export async function* watchRun(
  ask: AskRun,
  pacing: Pacing,
  reference: RunReference,
  options: WatchOptions = {},
): AsyncGenerator<RunView> {
  const { pollMs = POLL_MS, signal } = options;
  const patience = new Patience(pacing, reference, options);
  let sequence = options.afterSequence ?? 0;
  while (!signal?.aborted) {
    const askedAtMs = pacing.nowMs();
    const run = await patience.attempt(() => ask(reference, sequence));
    if (signal?.aborted) return;
    if (run) {
      sequence = run.log.at(-1)?.sequence ?? sequence;
      yield run;
      const over = isFinalRunStatus(run.status);
      // A page may hold less than it could and more may follow; only an empty one is the end of the history.
      if (over && run.log.length === 0) return;
      if (over || run.log.length >= RUN_LOG_PAGE) continue;
    }
    // Who did not answer is asked again soon: that one is busy with other things than this question.
    await pacing.sleep(run ? restAfter(pacing.nowMs() - askedAtMs, pollMs) : pollMs, signal);
  }
}

/** Bears with failures that may pass, each kind within its own bound. */
class Patience {
  private seen = false;
  private troubleSinceMs: number | undefined;
  private readonly startedAtMs: number;

  constructor(
    private readonly pacing: Pacing,
    private readonly reference: RunReference,
    private readonly options: WatchOptions,
  ) {
    this.startedAtMs = pacing.nowMs();
  }

  /** The answer, or undefined when it is worth asking again. */
  async attempt(question: () => Promise<RunView>): Promise<RunView | undefined> {
    try {
      const run = await question();
      this.seen = true;
      if (this.troubleSinceMs !== undefined) this.options.onTrouble?.(null);
      this.troubleSinceMs = undefined;
      return run;
    } catch (error) {
      if (isRunUnknown(error)) this.bearUnknown(error);
      else if (isPassing(error)) this.bearTrouble(error);
      else throw error;
      return undefined;
    }
  }

  private bearUnknown(error: FailureError): void {
    const byRequest = 'requestId' in this.reference;
    const limitMs = this.options.appearLimitMs ?? (byRequest ? APPEAR_LIMIT_MS : 0);
    if (this.seen || this.pacing.nowMs() - this.startedAtMs >= limitMs) throw error;
  }

  private bearTrouble(error: FailureError): void {
    const nowMs = this.pacing.nowMs();
    if (this.troubleSinceMs === undefined) {
      this.troubleSinceMs = nowMs;
      this.options.onTrouble?.(error);
    }
    const limitMs = this.options.troubleLimitMs ?? TROUBLE_LIMIT_MS;
    if (nowMs - this.troubleSinceMs < limitMs) return;
    throw new FailureError(
      failure(
        'conductor.absent',
        `Asked the conductor about ${describe(this.reference)} for ${Math.round(limitMs / 1_000)} s and got no answer ` +
          `(${error.failure.message}). The run itself is stored and goes on with the conductor: check that the conductor ` +
          'service runs, then ask again.',
        { retryable: true, cause: error.failure },
      ),
    );
  }
}

function describe(reference: RunReference): string {
  return 'runId' in reference ? `run ${reference.runId}` : `request ${reference.requestId}`;
}
