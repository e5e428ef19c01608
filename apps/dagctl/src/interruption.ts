import { ExitCode } from '#contracts';

/**
 * Turns the first Ctrl-C (or SIGTERM, as schedulers send it) into an abort, so that waiting can end in order; the second
 * one ends the process at once.
 */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  const onSignal = (): void => {
    if (interruption.signal.aborted) process.exit(ExitCode.cancelled);
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(interruption.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
