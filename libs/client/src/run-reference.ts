import { FailureError, failure, type RunSummary } from '#contracts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Shortest prefix taken as one: shorter ones would name another run by tomorrow. */
const PREFIX_MIN_LENGTH = 4;
/** Runs named in an "ambiguous" message. */
const NAMED_MAX = 5;

/** True for text that is a whole run id, which needs no looking up. */
export function isRunId(text: string): boolean {
  return UUID.test(text);
}

/** The run that a person means: `last`, a request id, a run id or the beginning of one. Runs are given newest first. */
export function pickRun(text: string, runs: readonly RunSummary[]): RunSummary {
  if (text === 'last') {
    const [newest] = runs;
    if (!newest) throw unknown('There is no run yet; "last" names none. Start one with: dagctl backup');
    return newest;
  }
  const exact = runs.find(({ runId, requestId }) => requestId === text || runId === text.toLowerCase());
  if (exact) return exact;
  const beginning = text.toLowerCase();
  const fitting = beginning.length >= PREFIX_MIN_LENGTH ? runs.filter(({ runId }) => runId.startsWith(beginning)) : [];
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  if (only) {
    const named = fitting.slice(0, NAMED_MAX).map(({ runId }) => runId);
    throw unknown(`"${text}" is the beginning of ${fitting.length} runs: ${named.join(', ')}. Give more of the id.`);
  }
  throw unknown(
    `No run has the id, the request id or the beginning "${text}" (at least ${PREFIX_MIN_LENGTH} characters) among the ` +
      `latest ${runs.length}. See them with: dagctl runs`,
  );
}

function unknown(message: string): FailureError {
  return new FailureError(failure('run.unknown', message, { retryable: false }));
}
