/** Why somebody was not let in; the types of the problems that they were told. */
export const SIGN_IN_REFUSALS = ['access.token', 'access.link', 'access.too-many-tries'] as const;
type SignInRefusal = (typeof SIGN_IN_REFUSALS)[number];

export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the route, as it stands in the API; `other` for the page and for what there is not. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Look {
  readonly of: 'inventory' | 'conductor';
  readonly isAnswered: boolean;
  readonly seconds: number;
}

/** What this console did since it began, as far as nothing else knows it. */
export class ConsoleCounts {
  /** Bytes of live views handed to the network. */
  liveBytes = 0;
  /** Told of each request that was answered, and of each look. Nobody is, as long as nothing is set. */
  onAnswered: (request: AnsweredRequest) => void = () => undefined;
  onLook: (look: Look) => void = () => undefined;
  readonly signInsRefused = new Map<string, number>(SIGN_IN_REFUSALS.map((reason) => [reason, 0]));

  /** Problems of other types are no refusals of a sign-in. */
  refused(type: string): void {
    if (isSignInRefusal(type)) this.signInsRefused.set(type, (this.signInsRefused.get(type) ?? 0) + 1);
  }

  /** What a look brings, with the time that it took. */
  async look<Result>(of: Look['of'], ask: () => Promise<Result>): Promise<Result> {
    const sinceMs = performance.now();
    let isAnswered = false;
    try {
      const result = await ask();
      isAnswered = true;
      return result;
    } finally {
      this.onLook({ of, isAnswered, seconds: (performance.now() - sinceMs) / 1_000 });
    }
  }
}

function isSignInRefusal(type: string): type is SignInRefusal {
  return (SIGN_IN_REFUSALS as readonly string[]).includes(type);
}
