import { CommanderError, type Command } from 'commander';
import { WorldError } from '../world/index.js';
import { OptionError } from './quantities.js';

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_INTERRUPTED = 130;

/** Runs a command line and answers its exit code: 2 for what is wrong with the command line itself, 1 for what went wrong. */
export async function runCommandLine(
  program: Command,
  argv: readonly string[],
  tell: (text: string) => void,
): Promise<number> {
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return explain(error, tell);
  }
}

function explain(error: unknown, tell: (text: string) => void): number {
  if (error instanceof CommanderError) {
    // Commander has said it already; help and version come this way too, with code 0.
    return error.exitCode === 0 ? 0 : EXIT_USAGE;
  }
  if (error instanceof OptionError || error instanceof WorldError) {
    for (const problem of error.problems) tell(problem);
    return EXIT_USAGE;
  }
  if (isAbort(error)) {
    tell('Interrupted; everything that was started is stopped.');
    return EXIT_INTERRUPTED;
  }
  tell(error instanceof Error ? error.message : String(error));
  if (process.env['DAG_DEBUG'] && error instanceof Error) tell(error.stack ?? '');
  return EXIT_FAILED;
}

function isAbort(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

/** Aborted by the first Ctrl-C or SIGTERM. The second one ends the process at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
      controller.abort();
    });
  }
  return controller.signal;
}
