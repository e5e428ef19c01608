import { ProblemError, unreachable, type Problem } from './problem.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const UNKNOWN = 401;

/** Set when somebody is signed in; goes with each change. */
let csrfToken: string | null = null;

export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Told why when a session ended that there was. */
let whenSignedOut: (problem: Problem) => void = () => undefined;

export function onSignedOut(tell: (problem: Problem) => void): void {
  whenSignedOut = tell;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Under which a request that starts something is known: asking again with it starts nothing new. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** One call of the console's API. Rejects with a {@link ProblemError} when it is not answered as asked. */
export async function call<Reply>(method: Method, path: string, options: CallOptions = {}): Promise<Reply> {
  const { body, idempotencyKey, signal } = options;
  const request = fetch(`/api${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'GET' || csrfToken === null ? {} : { 'x-csrf-token': csrfToken }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const response = await request.catch((error: unknown) => {
    throw signal?.aborted ? error : unreachable(`${method} /api${path}`, error);
  });
  if (!response.ok) {
    const problem = await problemIn(response);
    if (problem.status === UNKNOWN && csrfToken !== null) whenSignedOut(problem);
    throw new ProblemError(problem);
  }
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Reply;
}

async function problemIn(response: Response): Promise<Problem> {
  const fallback = {
    type: 'http',
    title: response.statusText,
    status: response.status,
    detail: `HTTP ${response.status}`,
  };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}
