import { CommanderError } from 'commander';
import { ExitCode, FailureError } from '#contracts';
import { UsageError } from './input/usage-error.js';

const USAGE_FAILURES: ReadonlySet<string> = new Set([
  'run.unknown',
  'run.not-found',
  'run.is-restore',
  'database.unknown',
  'broker.bad-url',
]);

/** What the process ends with after an error, and what is said of it. Help and version are no errors and say nothing more. */
export function outcomeOf(error: unknown): { readonly exitCode: number; readonly text?: string } {
  if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? ExitCode.done : ExitCode.usage };
  if (error instanceof UsageError) return { exitCode: ExitCode.usage, text: error.message };
  if (error instanceof FailureError) return { exitCode: exitCodeOf(error), text: error.message + adviceOn(error) };
  return { exitCode: ExitCode.failed, text: error instanceof Error ? error.message : String(error) };
}

/** A wrong name is the caller's mistake; everything else is something that did not work. */
function exitCodeOf({ failure }: FailureError): number {
  return USAGE_FAILURES.has(failure.type) || failure.type.startsWith('request.') ? ExitCode.usage : ExitCode.failed;
}

/** What a failure's own words cannot know: how this program is told where the broker is. */
export function adviceOn({ failure }: FailureError): string {
  return failure.type.startsWith('broker.')
    ? ' The address comes from --url, AMQP_URL or the file named by DAG_URL_FILE.'
    : '';
}
