/** A service that has not stopped by then is ended: what it had in hand comes again after the next start. */
const STOP_LIMIT_MS = 30_000;
const EXIT_FAILED = 1;

export interface RunningService {
  /** Resolves when the service cannot go on, with the reason: the process ends, and its service manager starts it anew. */
  readonly lost?: Promise<Error>;
  close(): Promise<void>;
}

/**
 * Runs a service until SIGTERM or SIGINT and ends the process: 0 after an orderly stop, the error's own exit code (2 for a wrong
 * configuration) or 1 otherwise. A failure is one clear line, without a stack.
 */
export async function runService(main: () => Promise<RunningService>): Promise<void> {
  const asked = stopSignal();
  process.on('uncaughtException', (error) => fail(error, 'service.crashed'));
  process.on('unhandledRejection', (error) => fail(error, 'service.crashed'));
  let service: RunningService;
  try {
    service = await main();
  } catch (error) {
    fail(error, 'service.start-failed');
    return;
  }
  const ending = await Promise.race([asked, ...(service.lost ? [service.lost] : [])]);
  if (ending instanceof Error) {
    fail(ending, 'service.lost');
    return;
  }
  const signal = ending;
  say({ event: 'service.stopping', message: `${signal}: finishing what is in hand` });
  const timer = setTimeout(
    () => fail(new Error(`the service did not stop within ${STOP_LIMIT_MS} ms`), 'service.stop-failed'),
    STOP_LIMIT_MS,
  );
  timer.unref();
  try {
    await service.close();
  } catch (error) {
    fail(error, 'service.stop-failed');
    return;
  }
  say({ event: 'service.stopped', message: 'stopped' });
  exit(0);
}

/** A signal that comes during the start is obeyed when the start is over; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (asked) exit(EXIT_FAILED);
        asked = true;
        resolve(signal);
      });
    }
  });
}

function fail(error: unknown, event: string): void {
  const message = error instanceof Error ? error.message : String(error);
  // A crash is a fault of the program, and only its stack says where.
  const stack = event === 'service.crashed' && error instanceof Error ? { stack: error.stack } : {};
  say({ event, level: 'error', message, ...stack });
  exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number'
    ? error.exitCode
    : EXIT_FAILED;
}

function say(line: { readonly event: string; readonly [detail: string]: unknown }): void {
  process.stdout.write(`${JSON.stringify({ level: 'log', pid: process.pid, timestamp: Date.now(), ...line })}\n`);
}

/** Lets what was written to a pipe get there first. */
function exit(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => process.exit(code));
}
