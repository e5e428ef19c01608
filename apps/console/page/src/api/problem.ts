/** Problem details (RFC 9457), as the console's API answers when something is not as asked. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly violations?: readonly string[];
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

/** The browser says why only in words of its own, and few of them. */
export function unreachable(what: string, error: unknown): ProblemError {
  return new ProblemError({
    type: 'console.unreachable',
    title: 'The console does not answer',
    status: 0,
    detail: `${what} got no answer (${textOf(error)}). See that the console's service runs and that this machine reaches it, and try again.`,
  });
}

/** What to show of an error, whatever it is. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { type: 'page.fault', title: 'A fault of this page', status: 0, detail: textOf(error) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
