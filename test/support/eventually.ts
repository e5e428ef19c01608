const POLL_MS = 50;

export interface Patience {
  readonly withinMs: number;
  /** How often it is looked. */
  readonly everyMs?: number;
  /** What is waited for, for the message when it does not come. */
  readonly what: string;
}

type Falsy = false | null | undefined;

/** The condition's first answer that is neither false, null nor undefined. Errors it throws on the way count as "not yet". */
export async function eventually<Result>(
  condition: () => Result | Falsy | Promise<Result | Falsy>,
  { withinMs, everyMs = POLL_MS, what }: Patience,
): Promise<Result> {
  const deadline = performance.now() + withinMs;
  let last = '';
  for (;;) {
    try {
      const result = await condition();
      if (result !== false && result !== null && result !== undefined) return result;
      last = `the last answer was ${String(result)}`;
    } catch (error) {
      last = `the last error was: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}; ${last}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
